using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Cli.Secrets;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Reading;
using SnapFs.Storage;

namespace SnapFs.Cli.Repositories;

/// <summary>An open repository with its storage: what a command works on.</summary>
internal sealed class RepositorySession : IAsyncDisposable
{
    private RepositorySession(IStorage storage, OpenedRepository opened, string cacheDirectory)
    {
        Storage = storage;
        Opened = opened;
        CacheDirectory = cacheDirectory;
    }

    /// <summary>Where the repository lies.</summary>
    public IStorage Storage { get; }

    /// <summary>Its parameters and keys.</summary>
    public OpenedRepository Opened { get; }

    /// <summary>Where this machine keeps what it knows of the repository; it exists and only its owner may enter.</summary>
    public string CacheDirectory { get; }

    /// <summary>What neither a backup takes in nor a restore writes into.</summary>
    public IReadOnlyList<string> ProtectedDirectories =>
        Storage.LocalRoot is string root ? [root, CacheDirectory] : [CacheDirectory];

    /// <summary>Opens the repository that the settings name.</summary>
    /// <exception cref="SnapFsException">There is none, or it does not open.</exception>
    public static async Task<RepositorySession> OpenAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IStorage storage = await LocateAsync(context.Settings, cancellationToken).ConfigureAwait(false);
        try
        {
            // Before anybody is asked for a passphrase: a repository that is not there needs none.
            (_, ObjectId id) = await ReadConfigAsync(storage, cancellationToken).ConfigureAwait(false);
            using RepositorySecret secret = ReadSecret(context);
            return await OpenAsync(context, storage, secret, id, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await storage.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens the repository that the settings name with a secret that is at hand.</summary>
    public static async Task<RepositorySession> OpenAsync(
        CommandContext context, RepositorySecret secret, CancellationToken cancellationToken)
    {
        IStorage storage = await LocateAsync(context.Settings, cancellationToken).ConfigureAwait(false);
        try
        {
            (_, ObjectId id) = await ReadConfigAsync(storage, cancellationToken).ConfigureAwait(false);
            return await OpenAsync(context, storage, secret, id, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await storage.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A key that opens the repository which the settings name; nothing is derived from a key file.</summary>
    public static async Task<KeyFile> ExportKeyAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SecretChoice choice = context.Settings.Secret;
        if (choice.Kind != SecretKind.KeyFile)
        {
            await using RepositorySession session = await OpenAsync(context, cancellationToken).ConfigureAwait(false);
            return new KeyManager(session.Storage, session.Opened).Export();
        }

        await using IStorage storage = await LocateAsync(context.Settings, cancellationToken).ConfigureAwait(false);
        await ReadConfigAsync(storage, cancellationToken).ConfigureAwait(false);
        return KeyFileStore.Read(RawPaths.RequireText(choice.Value));
    }

    /// <summary>Reads the list of snapshots and the index.</summary>
    public Task<RepositoryReader> OpenReaderAsync(CancellationToken cancellationToken) =>
        RepositoryReader.OpenAsync(
            Storage, Opened.Keys.Domain, new LocalCache(CacheDirectory), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Opened.Dispose();
        await Storage.DisposeAsync().ConfigureAwait(false);
    }

    private static Task<IStorage> LocateAsync(Settings settings, CancellationToken cancellationToken) =>
        StorageRegistry.OpenAsync(settings.RequireRepository(), cancellationToken);

    private static async Task<(Repository.Objects.RepositoryConfig Config, ObjectId Id)> ReadConfigAsync(
        IStorage storage, CancellationToken cancellationToken)
    {
        try
        {
            return await RepositoryOpener.ReadConfigAsync(storage, cancellationToken).ConfigureAwait(false);
        }
        catch (NoRepositoryException e)
        {
            throw new CommandFailedException($"{SafeText.Of(storage.Location)}: {e.Message}", e.ExitCode);
        }
    }

    private static async Task<RepositorySession> OpenAsync(
        CommandContext context,
        IStorage storage,
        RepositorySecret secret,
        ObjectId id,
        CancellationToken cancellationToken)
    {
        string cache = CacheDirectories.Prepare(context.Settings.CacheDirectory, id);
        OpenedRepository opened = await RepositoryOpener.OpenAsync(storage, secret, cancellationToken)
            .ConfigureAwait(false);
        foreach (SnapFsException warning in opened.Warnings)
        {
            context.Output.Warning(warning.Message);
        }

        return new RepositorySession(storage, opened, cache);
    }

    private static RepositorySecret ReadSecret(CommandContext context)
    {
        SecretChoice choice = context.Settings.Secret;
        if (choice.Kind == SecretKind.KeyFile)
        {
            return new RepositorySecret.FromKeyFile(KeyFileStore.Read(RawPaths.RequireText(choice.Value)));
        }

        using SecretBytes secret = SecretReader.Read(choice, context.Environment, "Passphrase: ");
        return new RepositorySecret.Password(secret.Span);
    }
}
