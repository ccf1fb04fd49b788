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
    private readonly SnapshotCache? _cache;
    private readonly Dictionary<ObjectId, SnapshotHead> _known = [];
    private readonly Dictionary<ObjectId, (ObjectInfo Info, SnapFsException Problem)> _damaged = [];
    private volatile IReadOnlyList<SnapshotHead> _heads = [];
    private volatile IReadOnlyList<UnreadSnapshot> _unread = [];

    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of a domain.</param>
    /// <param name="cache">Where snapshots are kept between processes; null keeps none.</param>
    internal SnapshotList(IStorage storage, IDomainKeys keys, LocalCache? cache)
    {
        _cache = cache is null ? null : new SnapshotCache(cache);
        _storage = storage;
        _keys = keys;
    }

    /// <summary>The snapshots, oldest first.</summary>
    internal IReadOnlyList<SnapshotHead> Heads => _heads;

    /// <summary>Snapshots that cannot be used.</summary>
    internal IReadOnlyList<UnreadSnapshot> Unread => _unread;

    internal async Task<Dictionary<ObjectId, ObjectInfo>> ListAsync(CancellationToken cancellationToken)
    {
        Dictionary<ObjectId, ObjectInfo> listed = [];
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Snapshot, cancellationToken))
        {
            if (ObjectId.TryParse(info.Name.Id, out ObjectId id))
            {
                listed[id] = info;
            }
        }

        return listed;
    }

    /// <summary>Reads what is new of a listing and forgets what is gone.</summary>
    /// <returns>Whether anything changed.</returns>
    internal async Task<bool> UpdateAsync(
        Dictionary<ObjectId, ObjectInfo> listed, CancellationToken cancellationToken)
    {
        List<ObjectId> gone = [.. _known.Keys.Where(id => !listed.ContainsKey(id))];
        gone.ForEach(id => _known.Remove(id));

        // One that was damaged is looked at again if it was removed or replaced.
        List<ObjectId> mended = [.. _damaged.Keys.Where(id => !IsAsBefore(id))];
        mended.ForEach(id => _damaged.Remove(id));
        List<ObjectId> unread = [.. listed.Keys.Where(id => !_known.ContainsKey(id) && !_damaged.ContainsKey(id))];
        HashSet<ObjectId> present = [.. listed.Keys];
        Dictionary<ObjectId, byte[]> cached = unread.Count > 0 && _cache is not null ? _cache.Load(present) : [];
        ConcurrentBag<byte[]> fetched = [];
        ConcurrentBag<SnapshotHead> read = [];
        ConcurrentBag<UnreadSnapshot> damaged = [];
        ConcurrentBag<UnreadSnapshot> unreadable = [];
        ParallelOptions options = new()
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        await Parallel.ForEachAsync(unread, options, async (id, token) =>
        {
            try
            {
                if (!cached.TryGetValue(id, out byte[]? content))
                {
                    content = await ReadAsync(id, token);
                    fetched.Add(content);
                }

                read.Add(SnapshotCodec.DecodeHead(_keys, content, in id));
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
        foreach (SnapshotHead head in read)
        {
            _known[head.Id] = head;
        }

        foreach ((ObjectId id, SnapFsException problem) in damaged)
        {
            _damaged[id] = (listed[id], problem);
        }

        _unread = [.. _damaged.Select(entry => new UnreadSnapshot(entry.Key, entry.Value.Problem)), .. unreadable];
        if (unread.Count == 0 && gone.Count == 0)
        {
            return mended.Count > 0;
        }

        if (unread.Count > 0)
        {
            _cache?.Save(fetched, cached.Values);
        }

        _heads = [.. _known.Values.OrderBy(head => head.Started).ThenBy(head => head.Id.ToString())];
        return !read.IsEmpty || gone.Count > 0;

        bool IsAsBefore(ObjectId id) =>
            listed.TryGetValue(id, out ObjectInfo now) && now == _damaged[id].Info;
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
            throw new DamagedException($"snapshots/{id}", "it is missing", e);
        }
    }

    private async Task<byte[]> ReadAsync(ObjectId id, CancellationToken cancellationToken)
    {
        ObjectName name = new(ObjectKind.Snapshot, id.ToString());
        byte[] content = await _storage.GetAsync(name, SnapshotLimits.MaxObject, cancellationToken);
        return ObjectId.Of(content) == id
            ? content
            : throw new DamagedException(name.ToString(), "its bytes do not give its name");
    }
}

/// <summary>A snapshot that cannot be used.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Problem">Why.</param>
public readonly record struct UnreadSnapshot(ObjectId Id, SnapFsException Problem);
