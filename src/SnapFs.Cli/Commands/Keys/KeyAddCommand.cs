using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Repositories;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Keys;

namespace SnapFs.Cli.Commands.Keys;

/// <summary><c>snapfs key add</c>.</summary>
internal static class KeyAddCommand
{
    public static CliCommand Create()
    {
        Option<string?> label = new("--label")
        {
            Description = "A name for the passphrase, such as the name of who knows it; anyone can read it.",
            HelpName = "TEXT",
        };
        NewPassword password = new();
        Argon2Options argon2 = new();
        CliCommand command = new("add", "Add a passphrase.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context, context.Parse.GetValue(label) ?? "", password, argon2, cancellationToken),
            Options = { label, password.File },
            Examples =
            [
                new("snapfs key add --label ann", "Let somebody else open the repository with a passphrase of her own"),
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
        string label,
        NewPassword newPassword,
        Argon2Options argon2,
        CancellationToken cancellationToken)
    {
        Argon2Parameters parameters = argon2.Resolve(context.Parse);
        await using RepositorySession session = await RepositorySession.OpenAsync(context, cancellationToken)
            .ConfigureAwait(false);
        KeyManager manager = new(session.Storage, session.Opened, context.Environment.Clock);
        using RepositorySecret.Password password = newPassword.Read(context);
        ObjectId slot = await manager.AddAsync(password, label, parameters, cancellationToken).ConfigureAwait(false);
        SlotOutput.Show(context.Output, slot, "added passphrase slot");
        return ExitCode.Success;
    }
}
