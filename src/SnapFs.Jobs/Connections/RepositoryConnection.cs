using SnapFs.Jobs.Secrets;
using SnapFs.Repository;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Storage;

namespace SnapFs.Jobs.Connections;

/// <summary>An open repository with its storage: what a job works on.</summary>
public sealed class RepositoryConnection : IAsyncDisposable
{
    private RepositoryConnection(
        IStorage storage, OpenedRepository opened, LocalCache? cache, TimeProvider clock)
    {
        Storage = storage;
        Opened = opened;
        Cache = cache;
        Clock = clock;
    }

    /// <summary>Where the repository lies.</summary>
    public IStorage Storage { get; }

    /// <summary>Its parameters and keys.</summary>
    public OpenedRepository Opened { get; }

    /// <summary>Where this machine keeps what it knows of the repository; null if there is no place for it.</summary>
    public LocalCache? Cache { get; }

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Directories of this machine that belong to the repository, which no backup reads and no restore changes.
    /// </summary>
    public IReadOnlyList<string> LocalDirectories =>
        [.. ((string?[])[Storage.LocalRoot, Cache?.Directory]).OfType<string>()];

    /// <summary>Where to keep what is of the domain that is written in; null keeps nothing.</summary>
    public string? DomainCacheDirectory => Cache is null ? null : Path.Combine(Cache.Directory, Opened.Keys.OwnDomain);

    /// <summary>How a writer of this repository works.</summary>
    public WriterOptions WriterOptions
    {
        get
        {
            RepositoryConfig config = Opened.Config;
            return new WriterOptions(
                config.Chunks,
                (int)config.Groups.SmallerThan,
                (int)config.Groups.Size,
                config.CompressionLevel);
        }
    }

    /// <summary>Opens a repository.</summary>
    /// <param name="options">Which one.</param>
    /// <param name="secrets">Asked for a secret once there is a repository to open.</param>
    /// <param name="observer">Told what is not as it should be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SnapFsException">There is none, or it does not open.</exception>
    public static async Task<RepositoryConnection> OpenAsync(
        ConnectionOptions options, ISecretProvider secrets, IJobObserver observer, CancellationToken cancellationToken)
    {
        IStorage storage = await StorageRegistry.OpenAsync(options.Repository, cancellationToken).ConfigureAwait(false);
        OpenedRepository? opened = null;
        try
        {
            // Before anybody is asked for a passphrase: a repository that is not there needs none.
            await RequireRepositoryAsync(storage, cancellationToken).ConfigureAwait(false);
            opened = await OpenAsync(storage, secrets, cancellationToken).ConfigureAwait(false);
            LocalCache? cache = CacheDirectories.Prepare(options.CacheRoot, opened.RepositoryId, observer);
            if (cache is not null)
            {
                RememberedEpoch.Require(cache, opened.RepositoryId, opened.Keys.NewestEpoch);
            }

            foreach (SnapFsException warning in opened.Warnings.Except(opened.Keys.Losses)) // who reads snapshots tells of these
            {
                observer.Warning(warning.Message);
            }

            return new RepositoryConnection(storage, opened, cache, options.Clock);
        }
        catch
        {
            opened?.Dispose();
            await storage.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A key that opens a repository; nothing is derived from a key file.</summary>
    public static async Task<KeyFile> ExportKeyAsync(
        ConnectionOptions options, ISecretProvider secrets, IJobObserver observer, CancellationToken cancellationToken)
    {
        await using IStorage storage = await StorageRegistry.OpenAsync(options.Repository, cancellationToken).ConfigureAwait(false);
        await RequireRepositoryAsync(storage, cancellationToken).ConfigureAwait(false);
        RepositorySecret secret = secrets.Fetch();
        if (secret is RepositorySecret.FromKeyFile file)
        {
            return file.Key; // the caller's now, as the secret was ours
        }

        using HeldSecret held = new(secret, secrets);
        await using RepositoryConnection connection = await OpenAsync(options, held, observer, cancellationToken)
            .ConfigureAwait(false);
        return new KeyManager(connection.Storage, connection.Opened).Export();
    }

    /// <summary>Reads the list of snapshots and the index.</summary>
    public Task<RepositoryReader> OpenReaderAsync(CancellationToken cancellationToken) =>
        RepositoryReader.OpenAsync(Storage, Opened.Keys, Cache, cancellationToken);

    /// <summary>The same, and tells what cannot be read of them.</summary>
    public async Task<RepositoryReader> OpenReaderAsync(IJobObserver observer, CancellationToken cancellationToken)
    {
        RepositoryReader reader = await OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        foreach (SnapFsException problem in reader.Problems)
        {
            observer.Problem(Problem.Of(problem));
        }

        return reader;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Opened.Dispose();
        await Storage.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<OpenedRepository> OpenAsync(
        IStorage storage, ISecretProvider secrets, CancellationToken cancellationToken)
    {
        RepositorySecret? next = secrets.Fetch();
        while (true)
        {
            using RepositorySecret secret = next;
            try
            {
                return await RepositoryOpener.OpenAsync(storage, secret, cancellationToken).ConfigureAwait(false);
            }
            catch (WrongKeyException e) when (e.MayBeMistyped)
            {
                next = secrets.FetchAgain();
                if (next is null)
                {
                    throw;
                }
            }
        }
    }

    private static async Task RequireRepositoryAsync(IStorage storage, CancellationToken cancellationToken)
    {
        try
        {
            await RepositoryConfigs.FindAsync(storage, null, cancellationToken).ConfigureAwait(false);
        }
        catch (NoRepositoryException e)
        {
            throw new NoRepositoryException($"{SafeText.Of(storage.Location)}: {e.Message}");
        }
    }
}
