using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Commands.Keys;

/// <summary><c>snapfs key</c>: passphrases and key files.</summary>
internal static class KeyCommand
{
    public static CliCommand Create() => new("key", "Manage the passphrases and key files that open a repository.")
    {
        Subcommands =
        {
            KeyListCommand.Create(),
            KeyAddCommand.Create(),
            KeyChangeCommand.Create(),
            KeyRemoveCommand.Create(),
            KeyExportCommand.Create(),
            KeyImportCommand.Create(),
        },
        Notes =
        [
            "A repository has one or more passphrases, each in a slot of its own; any of them opens everything. A "
                + "key file opens it without a passphrase.",
        ],
    };
}
