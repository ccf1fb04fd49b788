using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Volumes;
using SnapFs.Cli.Vos;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume replace</c>: puts a restored volume in the place of a damaged one.</summary>
internal static class VolumeReplaceCommand
{
    private const string KeptSuffix = ".old";

    public static CliCommand Create()
    {
        Argument<string> volume = VolumeArguments.Volume();
        Argument<string> restored = new("restored")
        {
            HelpName = "RESTORED",
            Description = "The restored volume that takes its place, and its name.",
        };
        Option<string?> keepAs = new("--keep-as")
        {
            Description = $"The name that the damaged volume is kept under; VOLUME{KeptSuffix} by default.",
            HelpName = "NAME",
        };
        Option<bool> yes = Confirmation.Option();
        VosOptions vos = new();
        return new CliCommand("replace", "Put a restored volume in the place of a damaged one.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context,
                context.Parse.GetRequiredValue(volume),
                context.Parse.GetRequiredValue(restored),
                context.Parse.GetValue(keepAs),
                context.Parse.GetValue(yes),
                vos,
                cancellationToken),
            Arguments = { volume, restored },
            Options = { keepAs, yes, vos.All },
            Notes =
            [
                "Two 'vos rename': mount points go by name, so they lead to the restored volume as soon as clients have noticed "
                    + "('fs checkvolumes'). Nothing is lost: the damaged volume is kept under another name until 'snapfs volume "
                    + "discard'. The next dump of the volume has to be a full one.",
            ],
            Examples =
            [
                new("snapfs volume replace user.alice user.alice.R", "Asks for the name to be typed"),
                new("snapfs volume replace user.alice user.alice.R --keep-as alice.bad --yes", "For a script"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string volume, string restored, string? keepAs, bool yes, VosOptions vos,
        CancellationToken cancellationToken)
    {
        VolumeServer.RequireName(volume);
        VolumeServer.RequireName(restored);
        string kept = VolumeServer.RequireName(keepAs ?? volume + KeptSuffix);
        if (volume == restored || kept == volume || kept == restored)
        {
            throw new UsageException("the damaged volume, the restored one and the name to keep the damaged one under have to differ");
        }

        VolumeServer server = new(vos.Find(context));
        await RequireAsync(server, volume, isThere: true, cancellationToken).ConfigureAwait(false);
        await RequireAsync(server, restored, isThere: true, cancellationToken).ConfigureAwait(false);
        await RequireAsync(server, kept, isThere: false, cancellationToken).ConfigureAwait(false);
        if (!yes)
        {
            Confirmation.Require(context, $"{volume} becomes {kept}, and {restored} becomes {volume}.", volume);
        }

        (await server.RenameAsync(volume, kept, cancellationToken).ConfigureAwait(false)).Expect();
        VosResult second = await server.RenameAsync(restored, volume, CancellationToken.None).ConfigureAwait(false);
        if (!second.IsSuccess)
        {
            VosResult back = await server.RenameAsync(kept, volume, CancellationToken.None).ConfigureAwait(false);
            throw new CommandFailedException(back.IsSuccess
                ? $"{second.Complaint}; everything is as it was"
                : $"{second.Complaint}; the damaged volume is now called {kept}: 'vos rename {kept} {volume}' gives it its name back");
        }

        if (context.Output.IsJson)
        {
            context.Output.Json("volumeReplace", json =>
            {
                json.WriteString("name", volume);
                json.WriteString("keptAs", kept);
            });
        }

        context.Output.Summary($"{restored} is now {volume}; the damaged volume is kept as {kept} until 'snapfs volume discard {kept}'");
        return ExitCode.Success;
    }

    private static async Task RequireAsync(
        VolumeServer server, string name, bool isThere, CancellationToken cancellationToken)
    {
        if (await server.ExistsAsync(name, cancellationToken).ConfigureAwait(false) != isThere)
        {
            throw new CommandFailedException(isThere
                ? $"there is no volume {name}"
                : $"there is a volume {name} already; say with --keep-as how to call the damaged one, or discard that first");
        }
    }
}
