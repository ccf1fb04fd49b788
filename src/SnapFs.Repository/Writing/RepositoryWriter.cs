using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Objects;
using SnapFs.Repository.Deletion;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Trees;

namespace SnapFs.Repository.Writing;

/// <summary>
/// One backup's writing side: deduplicates, groups, compresses and encrypts chunks into packs. Nothing it stored
/// counts until <see cref="CommitAsync"/> puts a snapshot. Safe for concurrent use, but for its end.
/// </summary>
public sealed class RepositoryWriter : IChunkSink, IAsyncDisposable
{
    private readonly IStorage _storage;
    private readonly WritingRun _run;
    private readonly IDomainKeys _keys;
    private readonly WriterOptions _options;
    private readonly ChunkIndex _index;
    private readonly IndexLoader _loader;
    private readonly bool[] _packIsListed;
    private readonly ChunkIdSet _added = new();
    private readonly RunIntake? _intake;
    private readonly PackUploader _uploader;
    private readonly PackStream _data;
    private readonly PackStream _trees;
    private readonly ThreadLocal<GroupBuffer> _dataGroup = new(() => new GroupBuffer(), trackAllValues: true);
    private readonly ThreadLocal<GroupBuffer> _treeGroup = new(() => new GroupBuffer(), trackAllValues: true);
    private volatile bool _hasAllPacks;
    private long _bytesAdded;
    private long _chunksAdded;

    private RepositoryWriter(
        IStorage storage,
        WritingRun run,
        WriterOptions options,
        ChunkIndex index,
        IndexLoader loader,
        bool[] packIsListed,
        PackLosses losses,
        bool hasAllPacks,
        PackSize size,
        CancellationToken cancellationToken)
    {
        _storage = storage;
        _run = run;
        _keys = run.Keys;
        _options = options;
        _index = index;
        _loader = loader;
        _packIsListed = packIsListed;
        LostPacks = losses.Count;
        _hasAllPacks = hasAllPacks;
        Chunker = new GearChunker(_keys.Gear, options.Limits);
        _intake = loader.BeginIntake();
        _uploader = new PackUploader(storage, run, options, size, _intake, cancellationToken);
        _data = new PackStream(run, ChunkKind.Data, size, _uploader);
        _trees = new PackStream(run, ChunkKind.Tree, PackSize.Least, _uploader);
    }

    /// <summary>Cuts files into chunks as this domain does.</summary>
    public GearChunker Chunker { get; }

    /// <summary>Plain bytes of the chunks that this run added.</summary>
    public long BytesAdded => Volatile.Read(ref _bytesAdded);

    /// <summary>Chunks that this run added.</summary>
    public long ChunksAdded => Volatile.Read(ref _chunksAdded);

    /// <summary>Bytes of the packs stored so far.</summary>
    public long BytesStored => _uploader.BytesStored;

    /// <summary>Packs that are missing or shorter than the index says, with chunks that lie in no other pack: what the
    /// sources still have of them is stored again.</summary>
    public int LostPacks { get; }

    /// <inheritdoc/>
    public bool HasAllPacks => _hasAllPacks;

    /// <summary>
    /// Begins to write. The lease of the run must be in storage by now: only packs listed after it count as stored. A pack in which
    /// the reader has found something wrong, or does later, does not count either.
    /// </summary>
    /// <param name="reader">The repository.</param>
    /// <param name="run">The run.</param>
    /// <param name="options">Sizes and places.</param>
    /// <param name="cancellationToken">Gives up uploads; to keep what was uploaded, flush instead.</param>
    /// <exception cref="NewerFormatException">What is to be deleted is said in a way that this version does not know.
    /// </exception>
    public static async Task<RepositoryWriter> OpenAsync(
        RepositoryReader reader, WritingRun run, WriterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        RepositoryWriter writer = await OpenAsync(
            reader.Storage,
            run,
            options,
            reader.Own.Index,
            reader.Own.IndexLoader,
            reader.Marks,
            () => reader.RefreshAsync(cancellationToken),
            cancellationToken);
        reader.Own.WatchPacks(writer.Distrust);
        return writer;
    }

    /// <summary>The same without snapshots.</summary>
    internal static async Task<RepositoryWriter> OpenAsync(
        IStorage storage, WritingRun run, WriterOptions options, LocalCache? cache, CancellationToken cancellationToken)
    {
        ChunkIndex index = new();
        IndexLoader loader = new(storage, run.Keys, new HeadsObjects(storage, run.Keys, cache), cache);
        await loader.UpdateAsync(index, cancellationToken);
        return await OpenAsync(
            storage,
            run,
            options,
            index,
            loader,
            MarkSet.None,
            () => loader.UpdateAsync(index, cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public bool Contains(ChunkKind kind, in ChunkId id) =>
        _index.TryLocate(kind, in id, _packIsListed, out _) || _added.Contains(in id);

    /// <inheritdoc/>
    public ChunkId Put(ChunkKind kind, ReadOnlySpan<byte> plain)
    {
        ArgumentOutOfRangeException.ThrowIfZero(plain.Length, nameof(plain));
        int max = kind == ChunkKind.Tree ? TreeLimits.MaxPage : PackLayout.MaxFramePlain;
        if (plain.Length > max)
        {
            throw new EncodingLimitException($"a chunk has {plain.Length} bytes, more than {max}");
        }

        ChunkId id = ChunkIds.Of(_keys.Hasher(kind), plain);
        if (_index.TryLocate(kind, in id, _packIsListed, out _) || !_added.TryAdd(in id))
        {
            return id;
        }

        Interlocked.Add(ref _bytesAdded, plain.Length);
        Interlocked.Increment(ref _chunksAdded);
        if (plain.Length >= _options.GroupBelow)
        {
            Span<PackChunk> single = [new PackChunk(id, (uint)plain.Length)];
            AppendFrame(kind, plain, single);
            return id;
        }

        GroupBuffer group = GroupOf(kind);
        group.Add(in id, plain);
        if (group.Plain.Length >= _options.GroupLength)
        {
            EndGroup(kind, group);
        }

        return id;
    }

    /// <summary>
    /// Stores and indexes everything put so far, so that a later run finds it. No thread may put chunks meanwhile, and
    /// none after it.
    /// </summary>
    public async Task FlushAsync()
    {
        foreach (GroupBuffer group in _dataGroup.Values)
        {
            EndGroup(ChunkKind.Data, group);
        }

        foreach (GroupBuffer group in _treeGroup.Values)
        {
            EndGroup(ChunkKind.Tree, group);
        }

        _data.Flush();
        _trees.Flush();
        await _uploader.CompleteAsync();
        if (_intake is { Count: > 0 })
        {
            _loader.Save(_intake);
        }
    }

    /// <summary>Puts the snapshot: the commit. Call <see cref="FlushAsync"/> first.</summary>
    /// <param name="heartbeat">The number of the run's last heartbeat.</param>
    /// <param name="head">The snapshot.</param>
    /// <param name="body">The rest of it.</param>
    /// <param name="cancellationToken">Gives up; the snapshot may or may not be there then.</param>
    /// <returns>The snapshot's id.</returns>
    public async Task<ObjectId> CommitAsync(
        int heartbeat, SnapshotHead head, SnapshotBody body, CancellationToken cancellationToken)
    {
        _uploader.ThrowIfFailed();
        if (!_keys.MaySign(_keys.Signer, head))
        {
            throw new WrongKeyException(
                $"this key may not sign a snapshot of {head.Host}:{head.Source}: its certificate is for others, or has run out");
        }

        byte[] snapshot = SnapshotCodec.Encode(_run, heartbeat, head, body);
        ObjectId id = ObjectId.Of(snapshot);
        await _storage.PutHashedAsync(SnapshotCodec.StorageName(_keys, id), snapshot, cancellationToken);
        _loader.ForgetLostSegments();
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        await _uploader.DisposeAsync();
        _data.Dispose();
        _trees.Dispose();
        _dataGroup.Dispose();
        _treeGroup.Dispose();
        _added.Dispose();
    }

    /// <summary>Stores anew what lies in a pack, should it be put once more.</summary>
    private void Distrust(uint pack)
    {
        if (pack < _packIsListed.Length)
        {
            _packIsListed[pack] = false;
            _hasAllPacks = false;
        }
    }

    // Packs are listed after the index was read: one that was deleted since then is not used.
    private static async Task<RepositoryWriter> OpenAsync(
        IStorage storage,
        WritingRun run,
        WriterOptions options,
        ChunkIndex index,
        IndexLoader loader,
        MarkSet marks,
        Func<Task> reload,
        CancellationToken cancellationToken)
    {
        if (marks.Newer is NewerFormatException newer)
        {
            throw newer;
        }

        Dictionary<ObjectId, ObjectInfo> stored = [];
        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Pack, run.Keys.DomainName, cancellationToken))
        {
            stored[info.Name.Hash] = info;
        }

        HashSet<ObjectId> indexed = [.. index.Packs().Select(pack => pack.Id)];
        ObjectInfo[] unindexed = [.. stored.Where(pack => !indexed.Contains(pack.Key)).Select(pack => pack.Value)];
        UnindexedPacks found = await UnindexedPacks.IndexAsync(storage, run, unindexed, cancellationToken);
        if (found.Indexed > 0)
        {
            await reload();
        }

        ChunkIndex frozen = index.Freeze();
        bool[] isListed = new bool[frozen.PackCount];
        foreach ((uint number, ObjectId id, long length) in frozen.Packs())
        {
            isListed[number] = stored.TryGetValue(id, out ObjectInfo info) && info.Length == length && !marks.Forbids(info.Name);
        }

        // What the cache knows of packs that are not there may be of another copy of the repository, which has had other runs.
        ObjectId[] former = [.. loader.FormerPacks.Where(stored.ContainsKey)];
        PackLosses losses = PackLosses.Find(frozen, isListed, former);
        bool mayInherit = losses.Count == 0 && former.Length == loader.FormerPacks.Count
            && found.Abandoned == 0 && loader.Problems.Count == 0;
        PackSize size = PackSize.Of(stored.Values.Sum(info => info.Length));
        return new RepositoryWriter(
            storage, run, options, frozen, loader, isListed, losses, mayInherit, size, cancellationToken);
    }

    private GroupBuffer GroupOf(ChunkKind kind) =>
        (kind == ChunkKind.Tree ? _treeGroup : _dataGroup).Value!; // The factory never gives null.

    private void EndGroup(ChunkKind kind, GroupBuffer group)
    {
        if (group.Chunks.Length > 0)
        {
            AppendFrame(kind, group.Plain, group.Chunks);
            group.Clear();
        }
    }

    private void AppendFrame(ChunkKind kind, ReadOnlySpan<byte> plain, ReadOnlySpan<PackChunk> chunks)
    {
        PackStream stream = kind == ChunkKind.Tree ? _trees : _data;
        byte[] scratch = System.Buffers.ArrayPool<byte>.Shared.Rent(ZstdCompressor.MaxCompressedLength(plain.Length));
        try
        {
            // Less than 3 % saved is not worth a decompression at every read.
            bool isSmaller = ZstdCompressor.ForThread.TryCompress(
                plain, _options.CompressionLevel, scratch, out int written)
                && written < plain.Length - (plain.Length / 32);
            stream.Append(
                isSmaller ? scratch.AsSpan(0, written) : plain,
                isSmaller ? FrameCodec.Zstd : FrameCodec.Stored,
                (uint)plain.Length,
                chunks);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
