using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cryptography;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Secrets;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Keys;

namespace SnapFs.Cli.Commands.Keys;

/// <summary>The passphrase that <c>key add</c> and <c>key change</c> set: their options, and how both go about it.</summary>
internal sealed class NewSlot
{
    private readonly Option<string?> _file = new("--new-password-file")
    {
        Description = "Read the new passphrase from this file instead of asking for it.",
        HelpName = "FILE",
    };

    private readonly Argon2Options _argon2 = new();

    /// <summary>For a command to add.</summary>
    public IReadOnlyList<Option> Options => [_file, .. _argon2.All];

    /// <summary>Opens the repository, reads or asks for the new passphrase, stores its slot and names it.</summary>
    /// <param name="context">The command.</param>
    /// <param name="store">Stores the slot; it asks for the passphrase when it knows that nothing else is missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">The parameters are too weak or too much.</exception>
    public async Task<ExitCode> StoreAsync(
        CommandContext context,
        Func<Request, CancellationToken, Task<(ObjectId Slot, string What)>> store,
        CancellationToken cancellationToken)
    {
        Argon2Parameters parameters = _argon2.Resolve(context.Parse);
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        KeyManager manager = new(context.Listed(session.Storage), session.Opened, context.Environment.Clock);
        Request request = new(manager, session.Opened.Keys.Slot, parameters, () => ReadPassword(context));
        (ObjectId slot, string what) = await store(request, cancellationToken).ConfigureAwait(false);
        SlotOutput.Show(context.Output, slot, what);
        return ExitCode.Success;
    }

    private RepositorySecret.Password ReadPassword(CommandContext context)
    {
        SecretChoice choice = context.Parse.GetValue(_file) is { } file
            ? new SecretChoice(SecretKind.PasswordFile, file, _file.Name)
            : new SecretChoice(SecretKind.Prompt, "", "the terminal");
        using SecretBytes secret = context.ReadNewSecret(choice, $"give {_file.Name}");
        return new RepositorySecret.Password(secret.Span);
    }

    /// <summary>What it takes to store a slot.</summary>
    /// <param name="Manager">The keys of the repository.</param>
    /// <param name="Current">The slot that opened it; null after a key file.</param>
    /// <param name="Parameters">What trying the new passphrase shall cost.</param>
    /// <param name="ReadPassword">Reads the new passphrase, or asks for it twice; the caller disposes of it.</param>
    internal sealed record Request(
        KeyManager Manager, ObjectId? Current, Argon2Parameters Parameters, Func<RepositorySecret.Password> ReadPassword);
}
