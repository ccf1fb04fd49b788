using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Volumes;
using SnapFs.Cli.Vos;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume discard</c>: removes a volume from the cell.</summary>
internal static class VolumeDiscardCommand
{
    public static CliCommand Create()
    {
        Argument<string> name = new("name")
        {
            HelpName = "NAME",
            Description = "The volume to remove from its file server.",
        };
        Option<bool> yes = Confirmation.Option();
        VosOptions vos = new();
        return new CliCommand("discard", "Remove a volume that is no longer needed from the cell.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context, context.Parse.GetRequiredValue(name), context.Parse.GetValue(yes), vos, cancellationToken),
            Arguments = { name },
            Options = { yes, vos.All },
            Notes = ["'vos remove', which cannot be undone. What is in the repository stays."],
            Examples =
            [
                new("snapfs volume discard user.alice.R", "A volume restored to look at; asks for the name to be typed"),
                new("snapfs volume discard user.alice.old --yes", "What 'snapfs volume replace' has kept"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string name, bool yes, VosOptions vos, CancellationToken cancellationToken)
    {
        VolumeServer.RequireName(name);
        VolumeServer server = new(vos.Find(context));
        if (!await server.ExistsAsync(name, cancellationToken).ConfigureAwait(false))
        {
            throw new CommandFailedException($"there is no volume {name}");
        }

        if (!yes)
        {
            Confirmation.Require(context, $"The volume {name} and its backup clone are removed for ever.", name);
        }

        (await server.RemoveAsync(name, cancellationToken).ConfigureAwait(false)).Expect();
        context.Output.Summary($"removed the volume {name}");
        return ExitCode.Success;
    }
}
