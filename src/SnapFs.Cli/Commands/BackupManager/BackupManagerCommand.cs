using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Commands.BackupManager;

/// <summary><c>snapfs backup-manager</c>: volumes by the commands of the program that it replaces.</summary>
internal static class BackupManagerCommand
{
    /// <summary>Its name, and that of a link by which the program is called for it.</summary>
    public const string Name = "backup-manager";

    public static CliCommand Create() => new(Name, "Give volumes back by the commands of backup-manager.")
    {
        Subcommands =
        {
            BackupManagerListCommand.Create(),
            BackupManagerGetCommand.Create(),
            BackupManagerRestoreCommand.Create(),
        },
        Notes =
        [
            $"For scripts and habits: 'snapfs volume' can do more. A link called {Name} that leads to snapfs does the same. "
                + "A NAME may end in .dump, .gz and .aescrypt, which are passed over.",
        ],
    };
}
