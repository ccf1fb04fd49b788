using SnapFs.Chunks;
using SnapFs.Jobs.Backups;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Secrets;
using SnapFs.Repository;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Trees;

namespace SnapFs.Jobs.Tests.Repositories;

/// <summary>A repository in a temporary directory, and runs that put a snapshot there.</summary>
internal sealed class LocalRepository : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-jobs-").FullName;

    /// <summary>The content of a key file that opens it.</summary>
    internal string KeyFile { get; private set; } = "";

    private StorageAddress Address => StorageAddress.Parse(Path.Combine(_directory, "repository"));

    internal async Task InitialiseAsync()
    {
        await using IStorage storage = await StorageRegistry.CreateAsync(Address, None);
        using OpenedRepository opened = await MemoryRepository.InitAsync(storage, "secret", TimeProvider.System);
        using KeyFile key = new KeyManager(storage, opened).Export();
        KeyFile = key.Format();
    }

    internal Task<IStorage> OpenStorageAsync() => StorageRegistry.OpenAsync(Address, None);

    internal async Task<RepositoryConnection> ConnectAsync()
    {
        using HeldSecret secret = new(new RepositorySecret.FromKeyFile(SnapFs.Repository.Keys.KeyFile.Parse(KeyFile)));
        ConnectionOptions options = new() { Repository = Address, CacheRoot = Path.Combine(_directory, "cache") };
        return await RepositoryConnection.OpenAsync(options, secret, new SilentObserver(), None);
    }

    /// <summary>Runs as far as a snapshot.</summary>
    /// <param name="meanwhile">What somebody else does with the first lease of the run.</param>
    /// <param name="content">What it stores besides; null for nothing.</param>
    /// <param name="isStopped">Whether it is given up once the snapshot is there.</param>
    internal async Task CommitAsync(
        Func<IStorage, ObjectName, byte[], Task>? meanwhile = null, byte[]? content = null, bool isStopped = false)
    {
        await using RepositoryConnection connection = await ConnectAsync();
        HashSet<ObjectName> before =
            [.. (await MemoryRepository.ListAsync(connection.Storage, ObjectKind.Lease)).Select(info => info.Name)];
        await using SnapshotRun run = await SnapshotRun.StartAsync(connection, new SilentObserver(), None);
        ObjectName lease = Assert.Single(
            await MemoryRepository.ListAsync(connection.Storage, ObjectKind.Lease), info => !before.Contains(info.Name)).Name;
        await using RepositoryWriter writer = await run.OpenWriterAsync();
        ChunkRef tree = EmptyDirectory(writer);
        if (content is not null)
        {
            writer.Put(ChunkKind.Data, content);
        }

        if (meanwhile is not null)
        {
            await meanwhile(connection.Storage, lease, await connection.Storage.GetAsync(lease, int.MaxValue, None));
        }

        SnapshotHead head = await run.CommitAsync(writer, Head(tree), Body(tree), None);

        Assert.Equal(lease.LeaseRun, head.Run.ToString());
        await run.EndAsync(new CancellationToken(isStopped));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static ChunkRef EmptyDirectory(RepositoryWriter writer) =>
        new DirectoryEncoder(new NoNames(), page => writer.Put(ChunkKind.Tree, page)).Finish();

    private static SnapshotHead Head(in ChunkRef tree) => new()
    {
        Id = default,
        Host = "host",
        Source = "s",
        Started = new Timestamp(1_763_692_800, 0),
        Ended = new Timestamp(1_763_692_800, 0),
        Agent = "test",
        Root = tree,
        Statistics = new SnapshotStatistics(),
    };

    private static SnapshotBody Body(in ChunkRef tree)
    {
        SnapFs.Binary.ByteWriter node = new();
        NodeView root = new() { Type = NodeType.Directory, LinkCount = 2, Tree = tree };
        NodeCodec.Write(node, root, new SnapFs.Binary.ByteWriter());
        return new SnapshotBody { RootNode = node.ToArray(), Paths = ["/s"u8.ToArray()] };
    }

    private sealed class NoNames : IOwnerNames
    {
        public ReadOnlySpan<byte> UserName(uint id) => default;

        public ReadOnlySpan<byte> GroupName(uint id) => default;
    }
}
