using System.Collections.Concurrent;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Repository.Reading;

/// <summary>The snapshots of a repository by start time, each read and checked once.</summary>
internal sealed class SnapshotList
{
    private readonly IStorage _storage;
    private readonly IDomainKeys _keys;
    private readonly HeadCache? _cache;
    private readonly HeadsObjects? _headsObjects;
    private readonly Dictionary<ObjectId, SnapshotHead> _known = [];
    private readonly Dictionary<ObjectId, (ObjectInfo Info, SnapFsException Problem)> _damaged = [];
    private readonly HashSet<ObjectId> _passedOver = [];
    private volatile IReadOnlyList<SnapshotHead> _heads = [];
    private volatile IReadOnlyList<UnreadSnapshot> _unread = [];

    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of a domain.</param>
    /// <param name="headsObjects">Give many snapshots at once; null reads each itself.</param>
    /// <param name="cache">Where snapshots are kept between processes; null keeps none.</param>
    internal SnapshotList(IStorage storage, IDomainKeys keys, HeadsObjects? headsObjects, LocalCache? cache)
    {
        _headsObjects = headsObjects;
        _cache = cache is null ? null : new HeadCache(cache, keys);
        _storage = storage;
        _keys = keys;
    }

    /// <summary>The snapshots, oldest first.</summary>
    internal IReadOnlyList<SnapshotHead> Heads => _heads;

    /// <summary>Snapshots that cannot be used.</summary>
    internal IReadOnlyList<UnreadSnapshot> Unread => _unread;

    /// <summary>Objects that do not count: nobody signed them who may.</summary>
    internal IReadOnlyCollection<ObjectId> PassedOver => _passedOver;

    /// <summary>Whether a snapshot was listed.</summary>
    internal bool Knows(in ObjectId id) => _known.ContainsKey(id) || _damaged.ContainsKey(id);

    /// <summary>What is listed: all of the last time, whether it counts or not.</summary>
    internal IReadOnlyDictionary<ObjectId, ObjectInfo> Listed { get; private set; } = new Dictionary<ObjectId, ObjectInfo>();

    /// <summary>Lists the snapshots, and tells the heads objects, which are read with the index, what is to be found in them.</summary>
    /// <returns>What <see cref="UpdateAsync"/> has to read.</returns>
    internal async Task<SnapshotListing> ListAsync(CancellationToken cancellationToken)
    {
        Dictionary<ObjectId, ObjectInfo> listed = [];
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Snapshot, _keys.DomainName, cancellationToken))
        {
            listed[info.Name.Hash] = info;
        }

        List<ObjectId> unread =
            [.. listed.Keys.Where(id => !_known.ContainsKey(id) && !IsDamaged(id, listed) && !_passedOver.Contains(id))];
        Dictionary<ObjectId, SnapshotHead> cached = unread.Count > 0 && _cache is not null ? _cache.Load(unread.ToHashSet()) : [];
        unread.RemoveAll(cached.ContainsKey);
        _headsObjects?.Begin(listed, unread);
        return new SnapshotListing(listed, unread, cached);
    }

    /// <summary>Reads what is new of a listing and forgets what is gone.</summary>
    /// <returns>Whether anything changed.</returns>
    internal async Task<bool> UpdateAsync(SnapshotListing listing, CancellationToken cancellationToken)
    {
        (Dictionary<ObjectId, ObjectInfo> listed, List<ObjectId> unread, Dictionary<ObjectId, SnapshotHead> cached) = listing;
        Listed = listed;
        List<ObjectId> gone = [.. _known.Keys.Where(id => !listed.ContainsKey(id))];
        gone.ForEach(id => _known.Remove(id));

        // One that was damaged is looked at again if it was removed or replaced.
        List<ObjectId> mended = [.. _damaged.Keys.Where(id => !IsDamaged(id, listed))];
        mended.ForEach(id => _damaged.Remove(id));
        Dictionary<ObjectId, SnapshotHead> told =
            _headsObjects is not null ? await _headsObjects.TakeAsync(cancellationToken) : [];
        unread.RemoveAll(told.ContainsKey);
        ConcurrentBag<SnapshotHead> read = [];
        ConcurrentBag<UnreadSnapshot> damaged = [];
        ConcurrentBag<UnreadSnapshot> unreadable = [];
        ConcurrentBag<ObjectId> passedOver = [];
        ParallelOptions options = new()
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        await Parallel.ForEachAsync(unread, options, async (id, token) =>
        {
            try
            {
                byte[] content = await ReadAsync(id, token);
                if (SnapshotCodec.IsWhole(content) && SnapshotCodec.DecodeHead(_keys, content, in id) is SnapshotHead head)
                {
                    read.Add(head);
                }
                else
                {
                    passedOver.Add(id);
                }
            }
            catch (ObjectNotFoundException)
            {
                // Removed between the listing and now: as if it had not been listed.
            }
            catch (ObjectReadException e)
            {
                // This one object: it is tried again with the next listing, and the others are shown.
                unreadable.Add(new UnreadSnapshot(id, e));
            }
            catch (SnapFsException e) when (e.Kind == ErrorKind.Damaged || e is NewerFormatException)
            {
                damaged.Add(new UnreadSnapshot(id, e));
            }
        });
        foreach (SnapshotHead head in cached.Values.Concat(told.Values).Concat(read))
        {
            _known[head.Id] = head;
        }

        foreach ((ObjectId id, SnapFsException problem) in damaged)
        {
            _damaged[id] = (listed[id], problem);
        }

        _passedOver.RemoveWhere(id => !listed.ContainsKey(id));
        _passedOver.UnionWith(passedOver);
        _unread = [.. _damaged.Select(entry => new UnreadSnapshot(entry.Key, entry.Value.Problem)), .. unreadable];
        if (unread.Count == 0 && cached.Count == 0 && told.Count == 0 && gone.Count == 0)
        {
            return mended.Count > 0;
        }

        _cache?.Save([.. told.Values, .. read], cached.Values);
        _heads = [.. _known.Values.Order(SnapshotHead.ByTime)];
        return !read.IsEmpty || cached.Count > 0 || told.Count > 0 || gone.Count > 0;
    }

    internal SnapshotBody ReadBody(in ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            byte[] content = ReadAsync(id, cancellationToken).GetAwaiter().GetResult();
            return SnapshotCodec.DecodeBody(_keys, content, in id);
        }
        catch (ObjectNotFoundException e)
        {
            throw new DamagedException(SnapshotCodec.NameOf(_keys, id), "it is missing", e);
        }
    }

    /// <summary>Whether one was found damaged and is listed as it was then.</summary>
    private bool IsDamaged(ObjectId id, Dictionary<ObjectId, ObjectInfo> listed) =>
        _damaged.TryGetValue(id, out (ObjectInfo Info, SnapFsException Problem) then)
        && listed.TryGetValue(id, out ObjectInfo now)
        && now == then.Info;

    private Task<byte[]> ReadAsync(ObjectId id, CancellationToken cancellationToken) => _storage.GetHashedAsync(
        SnapshotCodec.StorageName(_keys, id), SnapshotLimits.MaxObject, "its bytes do not give its name", cancellationToken);
}

/// <summary>The snapshots of a listing.</summary>
/// <param name="Listed">All of them.</param>
/// <param name="Unread">Those that neither memory nor the cache knows.</param>
/// <param name="Cached">Those that the cache knows.</param>
internal sealed record SnapshotListing(
    Dictionary<ObjectId, ObjectInfo> Listed, List<ObjectId> Unread, Dictionary<ObjectId, SnapshotHead> Cached);

/// <summary>A snapshot that cannot be used.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Problem">Why.</param>
public readonly record struct UnreadSnapshot(ObjectId Id, SnapFsException Problem);
