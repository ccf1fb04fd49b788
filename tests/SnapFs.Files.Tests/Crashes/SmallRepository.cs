using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Files.Backups;
using SnapFs.Files.Restores;
using SnapFs.Files.Tests.Support;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Crashes;

/// <summary>A few files, a new repository in memory, and backups of the ones into the other.</summary>
internal sealed class SmallRepository : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryDirectory _directory = new();
    private readonly OpenedRepository _opened;

    private SmallRepository(MemoryStorage storage, OpenedRepository opened)
    {
        Storage = storage;
        _opened = opened;
        string tree = _directory.Make("tree");
        Random random = new(11);
        foreach ((string name, int length) in (ReadOnlySpan<(string, int)>)
            [("empty", 0), ("inline", 100), ("small", 3000), ("sub/other", 5000), ("sub/large", 700_000), ("sub/deep/x", 40_000)])
        {
            byte[] content = new byte[length];
            random.NextBytes(content.AsSpan(0, length / 2)); // the rest compresses
            Files[name] = content;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(tree, name))!);
            File.WriteAllBytes(Path.Combine(tree, name), content);
        }

        TreePath = tree;
        TemporaryDirectory.Settle();
    }

    /// <summary>The storage as <c>init</c> left it, and what was backed up into it directly.</summary>
    internal MemoryStorage Storage { get; }

    /// <summary>What the files hold, by their paths below <see cref="TreePath"/>.</summary>
    internal Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>The tree that is backed up.</summary>
    internal string TreePath { get; }

    /// <summary>Directories above the tree. Other programs write in <c>/tmp</c>, so their pages may differ between two
    /// backups.</summary>
    internal int Ancestors => TreePath.Count(letter => letter == '/');

    /// <summary>The repository with its keys.</summary>
    internal OpenedRepository Opened => _opened;

    internal KeyRing Keys => _opened.Keys;

    internal static async Task<SmallRepository> CreateAsync()
    {
        MemoryStorage storage = new();
        using RepositorySecret.Password secret = new("correct horse");
        InitOptions options = new()
        {
            Password = secret,
            Argon2 = Argon2Parameters.Minimum,
            Chunks = new ChunkLimits(16 * 1024, 64 * 1024, 256 * 1024),
            Groups = new GroupLimits(32 * 1024, 64 * 1024),
        };
        return new SmallRepository(storage, await RepositoryInit.CreateAsync(storage, options, None));
    }

    /// <summary>A key file that opens the repository without the cost of a passphrase.</summary>
    internal string ExportKey()
    {
        using KeyFile key = new KeyManager(Storage, _opened).Export();
        return key.Format();
    }

    /// <summary>Copies all objects.</summary>
    internal static async Task<MemoryStorage> CopyAsync(IStorage from)
    {
        MemoryStorage copy = new();
        foreach (ObjectInfo info in await ListAsync(from))
        {
            await copy.PutAsync(info.Name, await from.GetAsync(info.Name, int.MaxValue, None), None);
        }

        return copy;
    }

    /// <summary>All objects, in order of their names.</summary>
    internal static async Task<List<ObjectInfo>> ListAsync(IStorage storage)
    {
        List<ObjectInfo> objects = [];
        foreach (ObjectKind kind in Enum.GetValues<ObjectKind>())
        {
            await foreach (ObjectInfo info in storage.ListAsync(kind, None))
            {
                objects.Add(info);
            }
        }

        return [.. objects.OrderBy(info => info.Name.RelativePath, StringComparer.Ordinal)];
    }

    /// <summary>Adds a file, so that the next snapshot differs from those before.</summary>
    internal void Change()
    {
        byte[] content = new byte[20_000];
        new Random(Files.Count).NextBytes(content);
        Files[$"sub/new{Files.Count}"] = content;
        File.WriteAllBytes(Path.Combine(TreePath, $"sub/new{Files.Count - 1}"), content);
        TemporaryDirectory.Settle();
    }

    /// <summary>A whole backup, as the command does it.</summary>
    /// <param name="storage">Where to.</param>
    /// <param name="pages">Gives the pages of the snapshot before; null reads everything.</param>
    /// <param name="previous">The root of the snapshot before.</param>
    /// <returns>The snapshot, and how many chunks were stored.</returns>
    internal async Task<(ObjectId Snapshot, long ChunksAdded)> BackUpAsync(
        IStorage storage, ITreePages? pages = null, ChunkRef previous = default)
    {
        await using LeaseKeeper lease =
            await LeaseKeeper.StartAsync(storage, Keys, LeaseKind.Backup, TimeProvider.System, None);
        RepositoryConfig config = _opened.Config;
        WriterOptions options = new(
            config.Chunks, (int)config.Groups.SmallerThan, (int)config.Groups.Size, config.CompressionLevel);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, Keys, null, None);
        using WritingRun run = reader.BeginRun(lease.Run);
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, run, options, None);
        BackupOptions what = Backup.Of(TreePath) with
        {
            Previous = pages is null ? null : new PreviousTree(pages, previous, IsListed: true),
        };
        BackupResult result = new BackupRun(what, writer, writer.Chunker).Run(None);
        Assert.Empty(result.Problems);
        await writer.FlushAsync();
        await lease.HeartbeatAsync(None);
        SnapshotHead head = new()
        {
            Id = default,
            Host = "host",
            Source = "tree",
            Started = result.Started,
            Ended = result.Ended,
            Agent = "snapfs test",
            Root = result.Root,
            Statistics = result.Statistics,
        };
        SnapshotBody body = new() { RootNode = result.RootNode, Paths = result.Paths };
        ObjectId id = await writer.CommitAsync(lease.LastNumber, head, body, None);
        await lease.EndAsync(None);
        return (id, writer.ChunksAdded);
    }

    /// <summary>Reads every file of every snapshot.</summary>
    /// <param name="reader">The repository.</param>
    /// <param name="skip">How many of the oldest snapshots are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is damaged; what is not listed here was compared and is right.</returns>
    internal List<SnapFsException> Compare(
        RepositoryReader reader, int skip = 0, CancellationToken cancellationToken = default)
    {
        List<SnapFsException> damaged = [];
        foreach (SnapshotHead head in reader.Snapshots.Skip(skip))
        {
            SnapshotWalk walk = new(reader, cancellationToken);
            walk.Read(head);
            damaged.AddRange(walk.Damaged);
            foreach ((string path, byte[] content) in walk.Files)
            {
                Assert.StartsWith(TreePath + "/", path, StringComparison.Ordinal);
                Assert.Equal(Files[path[(TreePath.Length + 1)..]], content);
            }

            Assert.True(
                walk.Damaged.Count > 0 || walk.Files.Count == head.Statistics.Files,
                $"{walk.Files.Count} files were read and nothing was said of the others");
        }

        return damaged;
    }

    /// <summary>Restores the newest snapshot, as the command does it. What is there afterwards is right.</summary>
    /// <param name="reader">The repository.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the run says of itself, also of files that it could not restore.</returns>
    internal RestoreResult Restore(RepositoryReader reader, CancellationToken cancellationToken)
    {
        using TemporaryDirectory target = new();
        SnapshotBody body = reader.ReadBody(reader.Snapshots[^1].Id, cancellationToken);
        using FrameCache frames = new(reader, 64 << 20, prefetchThreads: 1, () => cancellationToken);
        RestoreOptions options = new() { Target = target.Path, Sources = body.Paths, Threads = 2 };
        RestoreRun run = new(options, new TreePageCache(frames, TreePageCache.DefaultCapacity), frames, reader);
        RestoreResult result = run.Run(body.RootNode, null, "/"u8.ToArray(), cancellationToken);
        foreach ((string name, byte[] content) in Files)
        {
            string path = $"{target.Path}{TreePath}/{name}";
            if (File.Exists(path))
            {
                Assert.Equal(content, File.ReadAllBytes(path));
            }
            else
            {
                Assert.True(result.Problems.Count > 0, $"{name} is not there and nothing is said");
            }
        }

        return result;
    }

    public void Dispose()
    {
        _opened.Dispose();
        _directory.Dispose();
    }
}
