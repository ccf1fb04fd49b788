using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Volumes;
using SnapFs.Jobs.Vos;

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
        Option<bool> edited = new("--edited")
        {
            Description = "Take RESTORED although it has changed since it was restored.",
        };
        VosOptions vos = new();
        return new CliCommand("replace", "Put a restored volume in the place of a damaged one.")
        {
            TimeToEnd = CliCommand.LongTimeToEnd,
            Run = (context, cancellationToken) => RunAsync(
                context,
                context.Parse.GetRequiredValue(volume),
                context.Parse.GetRequiredValue(restored),
                context.Parse.GetValue(keepAs),
                context.Parse.GetValue(yes),
                context.Parse.GetValue(edited),
                vos,
                cancellationToken),
            Arguments = { volume, restored },
            Options = { keepAs, edited, yes, vos.All },
            Notes =
            [
                "Two 'vos rename': mount points go by name, so they lead to the restored volume as soon as clients have noticed "
                    + "('fs checkvolumes'). Nothing is lost: the damaged volume is kept under another name until 'snapfs volume "
                    + "discard'. The next dump of the volume has to be a full one.",
                "A volume in which something was changed after it was made is in use, or was edited after the restore: it is refused "
                    + "without --edited.",
            ],
            Examples =
            [
                new("snapfs volume replace user.alice user.alice.R", "Asks for the name to be typed"),
                new("snapfs volume replace user.alice user.alice.R --keep-as alice.bad --yes", "For a script"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string volume, string restored, string? keepAs, bool yes, bool edited, VosOptions vos,
        CancellationToken cancellationToken)
    {
        // Both get a name that vos has to give them.
        VolumeServer.RequireNewName(volume);
        VolumeServer.RequireName(restored);
        string kept = VolumeServer.RequireNewName(keepAs ?? volume + KeptSuffix);
        if (volume == restored || kept == volume || kept == restored)
        {
            throw new UsageException("the damaged volume, the restored one and the name to keep the damaged one under have to differ");
        }

        VolumeServer server = new(vos.Find(context));
        VolumeReplacement replacement = await VolumeReplacement.PrepareAsync(
            server, volume, restored, kept, edited, cancellationToken).ConfigureAwait(false);
        if (!yes)
        {
            Confirmation.Require(context, replacement.Plan, volume);
        }

        await replacement.RunAsync(cancellationToken).ConfigureAwait(false);
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
}
