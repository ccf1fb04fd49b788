namespace SnapFs.Cli.Hosting;

/// <summary>The help of the program itself: one screen of 80 columns and 24 lines, with a line left for the prompt.</summary>
internal static class Overview
{
    /// <summary>The word after <c>help</c> that asks for the options of every command.</summary>
    public const string OptionsTopic = "options";

    /// <summary>The commands, those together that belong together.</summary>
    public static readonly IReadOnlyList<(string[] Commands, string Text)> Rows =
    [
        (["init"], "Make a repository."),
        (["key"], "Manage the passphrases and key files that open it."),
        (["backup"], "Take a snapshot of files, or of a command's output."),
        (["snapshots"], "List the snapshots, oldest first."),
        (["ls", "cat"], "List files of a snapshot; write out what is in them."),
        (["find", "versions"], "Look for files by name; show all versions of a path."),
        (["diff"], "Show what differs between two snapshots."),
        (["restore"], "Write files of a snapshot to a directory."),
        (["mount", "umount"], "Mount all snapshots as one file system; unmount it."),
        (["check", "status", "stats"], "Is it whole? Is it late? How much is it?"),
        (["volume", "backup-manager"], "Keep dumps of AFS volumes, and give them back."),
        (["import"], "Take over what restic or borg has backed up."),
        (["help", "version"], "'snapfs help COMMAND' tells all of a command."),
    ];

    /// <summary>How to begin.</summary>
    public static readonly IReadOnlyList<string> Examples =
    [
        "export SNAPFS_REPOSITORY=/srv/backup",
        "snapfs init && snapfs backup /etc && snapfs snapshots",
        "mkdir -p /mnt/snapfs && snapfs mount /mnt/snapfs && ls /mnt/snapfs/hosts",
    ];
}
