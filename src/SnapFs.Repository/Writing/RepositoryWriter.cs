using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Packs;
using SnapFs.Repository.Reading;
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
    private long _bytesAdded;
    private long _chunksAdded;

    private RepositoryWriter(
        IStorage storage,
        IDomainKeys keys,
        WriterOptions options,
        ChunkIndex index,
        IndexLoader loader,
        bool[] packIsListed,
        PackLosses losses,
        bool hasAllPacks,
        CancellationToken cancellationToken)
    {
        _storage = storage;
        _keys = keys;
        _options = options;
        _index = index;
        _loader = loader;
        _packIsListed = packIsListed;
        LostPacks = losses.Count;
        HasAllPacks = hasAllPacks;
        Chunker = new GearChunker(keys.Gear, options.Limits);
        _intake = loader.BeginIntake();
        _uploader = new PackUploader(storage, keys, options, _intake, cancellationToken);
        _data = new PackStream(keys, ChunkKind.Data, _uploader);
        _trees = new PackStream(keys, ChunkKind.Tree, _uploader);
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
    public bool HasAllPacks { get; }

    /// <summary>
    /// Begins to write. The caller's lease must be in storage by now: only packs listed after it count as stored.
    /// </summary>
    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of the domain to write in.</param>
    /// <param name="options">Sizes and places.</param>
    /// <param name="cancellationToken">Gives up uploads; to keep what was uploaded, flush instead.</param>
    /// <exception cref="NewerFormatException">The repository has deletion marks, which this version does not know.
    /// </exception>
    public static async Task<RepositoryWriter> OpenAsync(
        IStorage storage, IDomainKeys keys, WriterOptions options, CancellationToken cancellationToken)
    {
        ChunkIndex index = new();
        LocalCache? cache = options.CacheDirectory is { } directory ? new LocalCache(directory) : null;
        IndexLoader loader = new(storage, keys, cache);
        await loader.UpdateAsync(index, cancellationToken);
        return await OpenAsync(
            storage,
            keys,
            options,
            index,
            loader,
            () => loader.UpdateAsync(index, cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// Begins to write with the index that a reader has loaded, and keeps new runs where the reader does. The caller's
    /// lease must have been in storage before the reader was opened.
    /// </summary>
    /// <param name="reader">The repository; it may be used and refreshed while this writes.</param>
    /// <param name="options">Sizes; its cache directory is not looked at.</param>
    /// <param name="cancellationToken">Gives up uploads; to keep what was uploaded, flush instead.</param>
    /// <exception cref="NewerFormatException">The repository has deletion marks, which this version does not know.
    /// </exception>
    public static Task<RepositoryWriter> OpenAsync(
        RepositoryReader reader, WriterOptions options, CancellationToken cancellationToken) =>
        OpenAsync(
            reader.Storage,
            reader.Keys,
            options,
            reader.Index,
            reader.IndexLoader,
            () => reader.RefreshAsync(cancellationToken),
            cancellationToken);

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
    /// <param name="snapshot">The encoded and signed object.</param>
    /// <param name="cancellationToken">Gives up; the snapshot may or may not be there then.</param>
    /// <returns>The snapshot's id.</returns>
    public async Task<ObjectId> CommitAsync(ReadOnlyMemory<byte> snapshot, CancellationToken cancellationToken)
    {
        _uploader.ThrowIfFailed();
        ObjectId id = ObjectId.Of(snapshot.Span);
        await _storage.PutHashedAsync(
            new ObjectName(ObjectKind.Snapshot, id.ToString()), snapshot, cancellationToken);
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

    // Marks and packs are listed after the index was read: a pack that was marked or deleted since then is not used.
    private static async Task<RepositoryWriter> OpenAsync(
        IStorage storage,
        IDomainKeys keys,
        WriterOptions options,
        ChunkIndex index,
        IndexLoader loader,
        Func<Task> reload,
        CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo mark in storage.ListAsync(ObjectKind.Mark, cancellationToken))
        {
            throw new NewerFormatException(mark.Name.ToString(), "a deletion mark");
        }

        Dictionary<ObjectId, ObjectInfo> stored = [];
        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Pack, cancellationToken))
        {
            stored[ObjectId.Read(Convert.FromHexString(info.Name.Id))] = info;
        }

        HashSet<ObjectId> indexed = [.. index.Packs().Select(pack => pack.Id)];
        ObjectInfo[] unindexed = loader.HasForeignSegments
            ? [] // which of them are ours cannot be told
            : [.. stored.Where(pack => !indexed.Contains(pack.Key)).Select(pack => pack.Value)];
        UnindexedPacks found = await UnindexedPacks.IndexAsync(storage, keys, unindexed, cancellationToken);
        if (found.Indexed > 0)
        {
            await reload();
        }

        ChunkIndex frozen = index.Freeze();
        bool[] isListed = new bool[frozen.PackCount];
        foreach ((uint number, ObjectId id, long length) in frozen.Packs())
        {
            isListed[number] = stored.TryGetValue(id, out ObjectInfo info) && info.Length == length;
        }

        // What the cache knows of packs that are not there may be of another copy of the repository, which has had other runs.
        ObjectId[] former = [.. loader.FormerPacks.Where(stored.ContainsKey)];
        PackLosses losses = PackLosses.Find(frozen, isListed, former);
        bool mayInherit = losses.Count == 0 && former.Length == loader.FormerPacks.Count
            && found.Abandoned == 0 && loader.Problems.Count == 0;
        return new RepositoryWriter(
            storage, keys, options, frozen, loader, isListed, losses, mayInherit, cancellationToken);
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
