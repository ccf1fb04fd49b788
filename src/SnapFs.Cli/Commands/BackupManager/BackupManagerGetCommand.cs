using System.CommandLine;
using SnapFs.Cli.Commands.Volumes;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Volumes;

namespace SnapFs.Cli.Commands.BackupManager;

/// <summary><c>snapfs backup-manager get</c>.</summary>
internal static class BackupManagerGetCommand
{
    public static CliCommand Create()
    {
        Argument<string> date = BackupManagerArguments.Date();
        Argument<string> name = BackupManagerArguments.Name();
        return new CliCommand("get", "Write one full dump of a volume into the working directory.")
        {
            Run = (context, cancellationToken) => GetAsync(
                context,
                VolumeDate.Parse(context.Parse.GetRequiredValue(date)),
                DumpFileName.VolumeOf(context.Parse.GetRequiredValue(name)),
                cancellationToken),
            Arguments = { date, name },
            Notes = ["The file is called NAME.dump. It is neither compressed nor encrypted, and only you may read it."],
            Examples = [new("snapfs backup-manager get 2026.11.21 user.alice.dump.gz.aescrypt", "Writes user.alice.dump")],
        };
    }

    private static Task<ExitCode> GetAsync(
        CommandContext context, VolumeDate date, string volume, CancellationToken cancellationToken)
    {
        if (volume.Contains('/', StringComparison.Ordinal))
        {
            throw new UsageException("the name of a volume has no /");
        }

        return VolumeGetCommand.RunAsync(
            context, date, volume, $"./{volume}.dump", original: false, cell: null, cancellationToken);
    }
}
