using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Repositories;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Keys;

namespace SnapFs.Cli.Commands.Keys;

/// <summary><c>snapfs key change</c>.</summary>
internal static class KeyChangeCommand
{
    public static CliCommand Create()
    {
        Argument<string?> slot = new("slot")
        {
            HelpName = "SLOT",
            Description = "The label of the passphrase or 8 or more digits of its id; without it, the one in use.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        NewPassword password = new();
        Argon2Options argon2 = new();
        CliCommand command = new("change", "Replace a passphrase.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context, context.Parse.GetValue(slot), password, argon2, cancellationToken),
            Arguments = { slot },
            Options = { password.File },
            Notes =
            [
                "Who knows the old passphrase and has a copy of its slot from before can still open what that copy of "
                    + "the repository holds.",
            ],
            Examples =
            [
                new("snapfs key change", "Replace the passphrase that opens the repository now"),
                new("snapfs key change ann", "Replace somebody's passphrase"),
            ],
        };
        foreach (Option option in argon2.All)
        {
            command.Options.Add(option);
        }

        return command;
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context,
        string? name,
        NewPassword newPassword,
        Argon2Options argon2,
        CancellationToken cancellationToken)
    {
        Argon2Parameters parameters = argon2.Resolve(context.Parse);
        await using RepositorySession session = await RepositorySession.OpenAsync(context, cancellationToken)
            .ConfigureAwait(false);
        KeyManager manager = new(session.Storage, session.Opened, context.Environment.Clock);
        ObjectId old = name is not null
            ? (await manager.FindAsync(name, cancellationToken).ConfigureAwait(false)).Id
            : session.Opened.Keys.Slot
                ?? throw new UsageException("a key file opened the repository; name the passphrase to change");
        using RepositorySecret.Password password = newPassword.Read(context);
        ObjectId added = await manager.ChangeAsync(old, password, parameters, cancellationToken).ConfigureAwait(false);
        SlotOutput.Show(context.Output, added, $"replaced passphrase slot {old.ToString()[..12]} with");
        return ExitCode.Success;
    }
}
