using SnapFs.Cryptography;
using SnapFs.Repository;
using SnapFs.Repository.Keys;
using SnapFs.Storage;

namespace SnapFs.Jobs.Tests.Repositories;

/// <summary>A new repository in memory.</summary>
internal sealed class MemoryRepository : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private MemoryRepository(MemoryStorage storage, OpenedRepository opened)
    {
        Storage = storage;
        Opened = opened;
    }

    internal MemoryStorage Storage { get; }

    internal OpenedRepository Opened { get; }

    /// <summary>The content of a key file that opens it.</summary>
    internal string KeyFile
    {
        get
        {
            using KeyFile key = new KeyManager(Storage, Opened).Export();
            return key.Format();
        }
    }

    internal static async Task<MemoryRepository> CreateAsync(string password)
    {
        MemoryStorage storage = new();
        return new MemoryRepository(storage, await InitAsync(storage, password, TimeProvider.System));
    }

    /// <summary>Makes a repository, with the least that trying a passphrase may cost.</summary>
    internal static async Task<OpenedRepository> InitAsync(IStorage storage, string password, TimeProvider clock)
    {
        using RepositorySecret.Password secret = new(password);
        InitOptions options = new() { Password = secret, Argon2 = Argon2Parameters.Minimum, Clock = clock };
        return await RepositoryInit.CreateAsync(storage, options, None);
    }

    internal static async Task<OpenedRepository> OpenAsync(IStorage storage, string password)
    {
        using RepositorySecret.Password secret = new(password);
        return await RepositoryOpener.OpenAsync(storage, secret, None);
    }

    internal static async Task<OpenedRepository> OpenWithKeyFileAsync(IStorage storage, string keyFile)
    {
        using RepositorySecret.FromKeyFile secret = new(SnapFs.Repository.Keys.KeyFile.Parse(keyFile));
        return await RepositoryOpener.OpenAsync(storage, secret, None);
    }

    internal static async Task<List<ObjectInfo>> ListAsync(IStorage storage, ObjectKind kind)
    {
        List<ObjectInfo> objects = [];
        await foreach (ObjectInfo info in storage.ListAsync(kind, None))
        {
            objects.Add(info);
        }

        return objects;
    }

    public void Dispose() => Opened.Dispose();
}
