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
    /// <summary>The largest snapshot object a reader accepts, bytes.</summary>

    private readonly IStorage _storage;
    private readonly IDomainKeys _keys;
    private readonly SnapshotCache? _cache;
    private readonly Dictionary<ObjectId, SnapshotHead> _known = [];
    private readonly Dictionary<ObjectId, SnapFsException> _damaged = [];
    private volatile IReadOnlyList<SnapshotHead> _heads = [];
    private volatile IReadOnlyList<SnapFsException> _problems = [];

    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of a domain.</param>
    /// <param name="cacheDirectory">Where snapshots are kept between processes; null keeps none.</param>
    internal SnapshotList(IStorage storage, IDomainKeys keys, string? cacheDirectory)
    {
        _cache = cacheDirectory is null ? null : new SnapshotCache(cacheDirectory);
        _storage = storage;
        _keys = keys;
    }

    /// <summary>The snapshots, oldest first.</summary>
    internal IReadOnlyList<SnapshotHead> Heads => _heads;

    /// <summary>Snapshots that cannot be used, and why.</summary>
    internal IReadOnlyList<SnapFsException> Problems => _problems;

    internal async Task<List<ObjectId>> ListAsync(CancellationToken cancellationToken)
    {
        List<ObjectId> listed = [];
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Snapshot, cancellationToken))
        {
            if (ObjectId.TryParse(info.Name.Id, out ObjectId id))
            {
                listed.Add(id);
            }
        }

        return listed;
    }

    /// <summary>Reads what is new of a listing and forgets what is gone.</summary>
    /// <returns>Whether anything changed.</returns>
    internal async Task<bool> UpdateAsync(List<ObjectId> listed, CancellationToken cancellationToken)
    {
        HashSet<ObjectId> present = [.. listed];
        List<ObjectId> gone = [.. _known.Keys.Where(id => !present.Contains(id))];
        gone.ForEach(id => _known.Remove(id));
        List<ObjectId> unread = [.. listed.Where(id => !_known.ContainsKey(id) && !_damaged.ContainsKey(id))];
        Dictionary<ObjectId, byte[]> cached = unread.Count > 0 && _cache is not null ? _cache.Load(present) : [];
        ConcurrentBag<byte[]> fetched = [];
        ConcurrentBag<SnapshotHead> read = [];
        ConcurrentBag<(ObjectId Id, SnapFsException Problem)> damaged = [];
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
            catch (SnapFsException e) when (e.ExitCode == ExitCode.Damaged || e is NewerFormatException)
            {
                damaged.Add((id, e));
            }
        });
        foreach (SnapshotHead head in read)
        {
            _known[head.Id] = head;
        }

        foreach ((ObjectId id, SnapFsException problem) in damaged)
        {
            _damaged[id] = problem;
        }

        if (unread.Count == 0 && gone.Count == 0)
        {
            return false;
        }

        if (unread.Count > 0)
        {
            _cache?.Save([.. fetched], cached.Values);
        }

        _heads = [.. _known.Values.OrderBy(head => head.Started).ThenBy(head => head.Id.ToString())];
        _problems = [.. _damaged.Values];
        return true;
    }

    internal SnapshotBody ReadBody(in ObjectId id)
    {
        try
        {
            byte[] content = ReadAsync(id, CancellationToken.None).GetAwaiter().GetResult();
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
