using System.Collections.Concurrent;
using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Packs;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Repository.Reading;

/// <summary>
/// The read side of one domain: snapshots, and chunks by id. Safe for concurrent use.
/// </summary>
internal sealed class DomainReader : IDisposable
{
    /// <summary>How long an answer of <see cref="LookAgain"/> is good for.</summary>
    private static readonly TimeSpan TimeBetweenLooks = TimeSpan.FromSeconds(5);

    private readonly IStorage _storage;
    private readonly IDomainKeys _keys;
    private readonly ChunkIndex _index = new();
    private readonly IndexLoader _loader;
    private readonly SnapshotList _snapshots;
    private readonly PackOpener _packs;
    private readonly BadPlaces _bad = new();
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly ConcurrentDictionary<uint, bool> _unreadable = new();
    private long _lookedAgain = long.MinValue;

    private DomainReader(IStorage storage, IDomainKeys keys, LocalCache? cache, bool readsEach)
    {
        _storage = storage;
        _keys = keys;
        LocalCache? part = cache?.Of(keys.DomainName);
        HeadsObjects = new HeadsObjects(storage, keys, part) { ReadsAll = readsEach };
        _loader = new IndexLoader(storage, keys, HeadsObjects, part);
        _snapshots = new SnapshotList(storage, keys, readsEach ? null : HeadsObjects, part);
        _packs = new PackOpener(keys, _index);
    }

    /// <summary>The snapshots, oldest first.</summary>
    internal IReadOnlyList<SnapshotHead> Snapshots => _snapshots.Heads;

    /// <summary>Snapshots and index segments that are damaged; the rest is usable.</summary>
    internal IReadOnlyList<SnapFsException> Problems => [.. _snapshots.Unread.Select(snapshot => snapshot.Problem), .. _loader.Problems];

    /// <summary>Snapshots that cannot be used.</summary>
    internal IReadOnlyList<UnreadSnapshot> UnreadSnapshots => _snapshots.Unread;

    /// <summary>Looks into what is replaced or does not count in the index: a chunk may lie where only that says.</summary>
    internal async Task LookEverywhereAsync(CancellationToken cancellationToken)
    {
        await _loader.LookIntoReplacedAsync(_index, cancellationToken);
        await _loader.LookIntoUntrustedAsync(_index, cancellationToken);
    }

    /// <summary>The packs out of which something could not be read that is nowhere else, by their names.</summary>
    internal IEnumerable<string> UnreadablePacks => _unreadable.Keys.Select(pack => PackLayout.NameOf(_keys, _index.Pack(pack).Id));

    /// <inheritdoc cref="BadPlaces.Watch"/>
    internal void WatchPacks(Action<uint> watcher) => _bad.Watch(watcher);

    /// <summary>Whether a snapshot was listed in this domain.</summary>
    internal bool Knows(in ObjectId snapshot) => _snapshots.Knows(snapshot);

    /// <summary>Chunks in the index.</summary>
    internal long ChunkCount => _index.ChunkCount;

    /// <summary>The packs the index lists: their ids and stored bytes.</summary>
    internal IEnumerable<(ObjectId Id, long Length)> IndexedPacks =>
        _index.Packs().Select(pack => (pack.Id, pack.Length)).DistinctBy(pack => pack.Id);

    /// <summary>Snapshot objects that do not count.</summary>
    internal IReadOnlyCollection<ObjectId> PassedOver => _snapshots.PassedOver;

    /// <summary>What is listed in the folder of snapshots, whether it counts or not.</summary>
    internal IReadOnlyDictionary<ObjectId, ObjectInfo> ListedSnapshots => _snapshots.Listed;

    /// <summary>Objects that hold many snapshots.</summary>
    internal HeadsObjects HeadsObjects { get; }

    internal IStorage Storage => _storage;

    internal IDomainKeys Keys => _keys;

    internal ChunkIndex Index => _index;

    internal IndexLoader IndexLoader => _loader;

    /// <summary>Opens a repository for reading.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of a domain.</param>
    /// <param name="cache">Where snapshots and index are kept between processes; null keeps none.</param>
    /// <param name="readsEach">Whether every snapshot is read itself, though other objects say what is in it.</param>
    /// <param name="cancellationToken">Gives up; also what is read later in place of a part of the cache that fails.</param>
    internal static async Task<DomainReader> OpenAsync(
        IStorage storage, IDomainKeys keys, LocalCache? cache, bool readsEach, CancellationToken cancellationToken)
    {
        DomainReader reader = new(storage, keys, cache, readsEach);
        await reader.RefreshAsync(cancellationToken);
        return reader;
    }

    /// <summary>Looks for new and removed snapshots and for their index.</summary>
    /// <returns>Whether anything changed.</returns>
    internal async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            // Snapshots are listed before the index, whose segments were put before them: none lacks its chunks.
            SnapshotListing listing = await _snapshots.ListAsync(cancellationToken);
            bool indexChanged = await _loader.UpdateAsync(_index, cancellationToken);
            bool snapshotsChanged = await _snapshots.UpdateAsync(listing, cancellationToken);
            HeadsObjects.Save();
            return indexChanged || snapshotsChanged;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc cref="ISnapshotSource.ReadBody"/>
    internal SnapshotBody ReadBody(in ObjectId id, CancellationToken cancellationToken) =>
        _snapshots.ReadBody(in id, cancellationToken);

    /// <inheritdoc cref="IChunkSource.TryLocate"/>
    internal bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location)
    {
        if (_bad.IsEmpty)
        {
            return _index.TryLocate(kind, in id, default, out location);
        }

        List<ChunkLocation> places = Places(kind, in id);
        location = places.Count > 0 ? places[0] : default;
        return places.Count > 0;
    }

    /// <inheritdoc cref="IChunkSource.TryLocateElsewhere"/>
    internal bool TryLocateElsewhere(
        ChunkKind kind,
        in ChunkId id,
        IReadOnlyList<ChunkLocation> tried,
        CancellationToken cancellationToken,
        out ChunkLocation location)
    {
        ArgumentNullException.ThrowIfNull(tried);
        if (tried.Count > 0)
        {
            _bad.AddFrame(tried[^1].Frame);
        }

        do
        {
            foreach (ChunkLocation place in Places(kind, in id))
            {
                if (!tried.Contains(place))
                {
                    location = place;
                    return true;
                }
            }
        }
        while (LookAgain(cancellationToken));
        if (tried.Count > 0)
        {
            _unreadable.TryAdd(tried[^1].Frame.Pack, true);
        }

        location = default;
        return false;
    }

    /// <inheritdoc cref="IChunkSource.Missing"/>
    internal SnapFsException Missing(ChunkKind kind, in ChunkId id)
    {
        string what = kind == ChunkKind.Tree ? "tree" : "data";
        IReadOnlyList<SnapFsException> problems = _loader.Problems;
        SnapFsException? cause = problems.Count > 0 ? problems[0] : null;
        return cause switch
        {
            ObjectReadException unreadable => new ObjectReadException(
                unreadable.Name,
                _storage.Location,
                new IOException($"{unreadable.InnerException?.Message}; {what} chunk {id} cannot be found without it", unreadable),
                isTransient: false),
            DamagedException damage => new DamagedException(
                damage.Subject, $"{damage.Finding}; {what} chunk {id} cannot be found without it", damage),
            null => new DamagedException($"chunk {id}", $"no index segment lists this {what} chunk"),
            _ => new DamagedException(
                $"chunk {id}", $"no index segment that can be read lists this {what} chunk: {cause.Message}", cause),
        };
    }

    /// <summary>Every place that the index gives for a chunk: first those where nothing was found wrong so far.</summary>
    internal List<ChunkLocation> Places(ChunkKind kind, in ChunkId id)
    {
        List<ChunkLocation> places = _index.LocateAll(kind, in id);
        return _bad.IsEmpty ? places : [.. places.OrderBy(place => _bad.Contains(place.Frame))];
    }

    /// <inheritdoc cref="IChunkSource.Verify"/>
    internal bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain) =>
        ChunkIds.Of(_keys.Hasher(kind), plain) == id;

    /// <inheritdoc cref="IChunkSource.NameOf"/>
    internal string NameOf(in FrameLocation frame) => PackLayout.NameOf(_keys, _index.Pack(frame.Pack).Id);

    /// <inheritdoc cref="IChunkSource.ReadFrame"/>
    internal void ReadFrame(in FrameLocation frame, Span<byte> plain, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(plain.Length, (int)frame.PlainLength);
        OpenPack pack = _packs.Open(frame.Pack);
        if (frame.StoredLength <= FrameCipher.Overhead
            || frame.StoredLength > PackLayout.MaxFramePlain + FrameCipher.Overhead)
        {
            throw new DamagedException(pack.Name, $"the index gives its frame at {frame.Offset} a wrong length");
        }

        int stored = (int)frame.StoredLength;
        byte[] buffer = ReadBuffers.Pool.Rent(stored * 2);
        try
        {
            Read(pack, frame.Pack, frame.Offset, buffer.AsMemory(0, stored), cancellationToken);
            int payloadLength = stored - FrameCipher.Overhead;
            bool isPlain = frame.Codec == FrameCodec.Stored && payloadLength == plain.Length;
            Span<byte> payload = isPlain ? plain : buffer.AsSpan(stored, payloadLength);
            if (!pack.Cipher.TryDecrypt(buffer.AsSpan(0, stored), (byte)frame.Codec, frame.PlainLength, payload))
            {
                throw new DamagedException(pack.Name, $"its frame at {frame.Offset} does not decrypt");
            }

            if (!isPlain && !(frame.Codec == FrameCodec.Zstd
                && ZstdDecompressor.ForThread.TryDecompress(payload, plain)))
            {
                throw new DamagedException(pack.Name, $"its frame at {frame.Offset} does not decompress");
            }
        }
        finally
        {
            ReadBuffers.Pool.Return(buffer);
        }
    }

    public void Dispose()
    {
        _packs.Dispose();
        _refreshing.Dispose();
    }

    /// <summary>Looks for segments that are new in storage, and reads anew what came from the cache.</summary>
    /// <returns>Whether anything changed. Not more than once in <see cref="TimeBetweenLooks"/>: many files may lie in
    /// one lost pack.</returns>
    private bool LookAgain(CancellationToken cancellationToken)
    {
        _refreshing.Wait(cancellationToken);
        try
        {
            long now = Environment.TickCount64;
            if (_lookedAgain != long.MinValue && now - _lookedAgain < TimeBetweenLooks.TotalMilliseconds)
            {
                return false;
            }

            _lookedAgain = now;
            return LookAgainAsync(cancellationToken).GetAwaiter().GetResult();
        }
        catch (StorageUnavailableException)
        {
            return false; // what failed before says more
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task<bool> LookAgainAsync(CancellationToken cancellationToken)
    {
        HeadsObjects.ReadsAll = true;
        bool isRead = await _loader.DistrustCacheAsync(_index, cancellationToken);
        isRead |= await _loader.UpdateAsync(_index, cancellationToken);
        isRead |= await _loader.LookIntoReplacedAsync(_index, cancellationToken);
        return await _loader.LookIntoUntrustedAsync(_index, cancellationToken) || isRead;
    }

    private void Read(
        OpenPack pack, uint number, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            _storage.ReadAsync(pack.Object, offset, destination, cancellationToken).GetAwaiter().GetResult();
        }
        catch (ObjectNotFoundException e)
        {
            _bad.AddPack(number);
            throw new DamagedException(pack.Name, "it is missing", e);
        }
        catch (ObjectTruncatedException e)
        {
            throw new DamagedException(pack.Name, $"it ends before offset {offset + destination.Length}", e);
        }
        catch (ObjectUnreadableException e)
        {
            _bad.AddPack(number);
            throw new DamagedException(pack.Name, $"{e.What} has its place", e);
        }
        catch (ObjectReadException)
        {
            _bad.AddPack(number); // a try of a failing disk can take half a minute
            throw;
        }
    }
}
