using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Commands.Importing;

/// <summary><c>snapfs import</c>: what other programs have backed up.</summary>
internal static class ImportCommand
{
    public static CliCommand Create() => new("import", "Take over the snapshots of restic or borg.")
    {
        Subcommands =
        {
            ImportResticCommand.Create(),
            ImportBorgCommand.Create(),
        },
        Notes =
        [
            "The other program has to be installed. It is asked for its snapshots, restores one after another into a scratch "
                + "directory, and each becomes a snapshot with its host, time, paths and tags. Its repository is only read.",
        ],
    };
}
