using System.CommandLine;
using SnapFs.Cli.Commands.Volumes;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Volumes;

namespace SnapFs.Cli.Commands.BackupManager;

/// <summary><c>snapfs backup-manager restore</c>.</summary>
internal static class BackupManagerRestoreCommand
{
    public static CliCommand Create()
    {
        Argument<string> date = BackupManagerArguments.Date();
        Argument<string> name = BackupManagerArguments.Name();
        Argument<string> newName = new("newname")
        {
            HelpName = "NEWNAME",
            Description = "The volume to make.",
        };
        VosOptions vos = new();
        return new CliCommand("restore", "Restore a volume as it was on a day, under a new name.")
        {
            TimeToEnd = CliCommand.LongTimeToEnd,
            Run = (context, cancellationToken) => VolumeRestoreCommand.RunAsync(
                context,
                new VolumeRestoreRequest(
                    VolumeDate.Parse(context.Parse.GetRequiredValue(date)),
                    DumpFileName.VolumeOf(context.Parse.GetRequiredValue(name)),
                    context.Parse.GetRequiredValue(newName)),
                cell: null,
                vos,
                cancellationToken),
            Arguments = { date, name, newName },
            Options = { vos.All },
            Examples =
            [
                new("snapfs backup-manager restore 2026.11.21 user.alice user.alice.R", "Beside the volume, on its server"),
            ],
        };
    }
}
