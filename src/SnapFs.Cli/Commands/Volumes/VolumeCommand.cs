using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume</c>: dumps of AFS volumes.</summary>
internal static class VolumeCommand
{
    public static CliCommand Create() => new("volume", "Keep dumps of AFS volumes as snapshots of their files.")
    {
        Subcommands =
        {
            VolumeImportCommand.Create(),
            VolumeListCommand.Create(),
            VolumeGetCommand.Create(),
            VolumeDiffCommand.Create(),
            VolumeVerifyCommand.Create(),
            VolumeRestoreCommand.Create(),
            VolumeReplaceCommand.Create(),
            VolumeDiscardCommand.Create(),
        },
        Notes =
        [
            "Each dump becomes a snapshot: its host is the cell, its source the volume, its time that of the dump. So ls, find, "
                + "diff, restore and check work on volumes too: /files is the volume as it was, and of an increment /changed "
                + "and /deleted are what it brought and took away.",
        ],
    };
}
