using System.Collections.Concurrent;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Storage;

namespace SnapFs.Repository.Indexes;

/// <summary>Brings a <see cref="ChunkIndex"/> up to date with the segments in storage. Its members are not called
/// concurrently, but for the properties.</summary>
internal sealed class IndexLoader
{
    private readonly IStorage _storage;
    private readonly IDomainKeys _keys;
    private readonly RunStore? _store;
    private readonly ConcurrentDictionary<ObjectId, ObjectInfo?> _ignored = new();
    private readonly ConcurrentDictionary<ObjectId, SnapFsException> _problems = new();
    private bool _loaded;

    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of the domain.</param>
    /// <param name="cache">Where runs are kept between processes; null keeps none.</param>
    internal IndexLoader(IStorage storage, IDomainKeys keys, LocalCache? cache)
    {
        _storage = storage;
        _keys = keys;
        _store = cache is null ? null : new RunStore(cache, keys.RepositoryId);
    }

    /// <summary>Segments that could not be used, and why; the chunks they list are missing.</summary>
    internal IReadOnlyList<SnapFsException> Problems => [.. _problems.Values];

    /// <summary>Packs that the cache knows from segments that are gone.</summary>
    internal IReadOnlyCollection<ObjectId> FormerPacks => _store?.FormerPacks ?? [];

    /// <summary>Whether there are segments of another domain: what they list cannot be told.</summary>
    internal bool HasForeignSegments => _ignored.Any(entry => entry.Value is null);

    /// <summary>Adds what is new in storage.</summary>
    /// <returns>Whether anything was added.</returns>
    internal async Task<bool> UpdateAsync(ChunkIndex index, CancellationToken cancellationToken)
    {
        List<ObjectInfo> segments = [];
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Index, cancellationToken))
        {
            segments.Add(info);
        }

        // Oldest first, so that of several places of a chunk the newest can be taken first.
        segments.Sort((left, right) => (left.ReceivedAt, left.Name.Id).CompareTo((right.ReceivedAt, right.Name.Id)));
        Dictionary<ObjectId, ObjectInfo> listed =
            segments.ToDictionary(info => ObjectId.Read(Convert.FromHexString(info.Name.Id)));
        HashSet<ObjectId> known = index.Segments();
        bool isFirst = !_loaded;
        int files = 0;
        if (isFirst && _store is not null)
        {
            foreach ((RunMemory memory, string path) in _store.Load(listed, known))
            {
                AddCached(index, memory, path, cancellationToken);
                files++;
            }
        }

        _loaded = true;
        foreach (ObjectId id in _problems.Keys.Where(id => !listed.ContainsKey(id)))
        {
            _problems.TryRemove(id, out _);
        }

        // One that was damaged is read again if it was replaced.
        IEnumerable<ObjectId> unread = segments.Select(info => ObjectId.Read(Convert.FromHexString(info.Name.Id)))
            .Where(id => !known.Contains(id)
                && !(_ignored.TryGetValue(id, out ObjectInfo? then) && (then is null || then == listed[id])));
        bool isAdded = await AddAsync(index, unread, files, listed, cancellationToken);
        return isAdded || (isFirst && files > 0);
    }

    /// <summary>Reads anew what came from the cache: what it says led to nothing.</summary>
    /// <returns>Whether there was anything of it.</returns>
    internal async Task<bool> DistrustCacheAsync(ChunkIndex index, CancellationToken cancellationToken)
    {
        IndexRun[] cached = [.. index.Runs.Where(run => run.Memory.IsCached)];
        if (cached.Length == 0)
        {
            return false;
        }

        ObjectId[] ids = [.. cached.SelectMany(run => run.Segments()).Select(segment => segment.Id)];
        using IndexRunBuilder segments = await ReadAsync(ids, null, cancellationToken);
        if (segments.SegmentCount < ids.Length)
        {
            return false; // what the cache says is better than nothing
        }

        index.Add(segments.Build());
        Array.ForEach(cached, index.Retire);
        _store?.Clear();
        return true;
    }

    /// <summary>Adds segments that this process just wrote.</summary>
    internal void Save(RunMemory memory, int files)
    {
        if (_store is null)
        {
            return;
        }

        // Dropping all files makes the next process rebuild one run from the segments: rare, and no merge code.
        if (RunStore.ShouldMerge(files))
        {
            _store.Clear();
        }
        else
        {
            _store.Save(memory);
        }
    }

    /// <summary>Forgets which segments the cache knew to be gone, once a writer has looked at all they stood for.
    /// </summary>
    internal void ForgetLostSegments() => _store?.ForgetLost();

    private void AddCached(ChunkIndex index, RunMemory memory, string path, CancellationToken cancellationToken)
    {
        index.Add(memory);
        ObjectId[] ids = Array.ConvertAll(new IndexRun(memory, 0).Segments(), segment => segment.Id);
        memory.RebuildWith(() =>
        {
            _store!.Drop(path); // only a store gives cached runs
            using IndexRunBuilder segments = ReadAsync(ids, null, cancellationToken).GetAwaiter().GetResult();
            return segments.SegmentCount == ids.Length ? segments.Build() : null;
        });
    }

    private async Task<bool> AddAsync(
        ChunkIndex index,
        IEnumerable<ObjectId> ids,
        int files,
        Dictionary<ObjectId, ObjectInfo> listed,
        CancellationToken cancellationToken)
    {
        using IndexRunBuilder segments = await ReadAsync(ids, listed, cancellationToken);
        if (segments.SegmentCount == 0)
        {
            return false;
        }

        RunMemory memory = segments.Build();
        index.Add(memory);
        Save(memory, files);
        return true;
    }

    private async Task<IndexRunBuilder> ReadAsync(
        IEnumerable<ObjectId> ids, Dictionary<ObjectId, ObjectInfo>? listed, CancellationToken cancellationToken)
    {
        IndexRunBuilder segments = new();
        foreach (ObjectId id in ids)
        {
            try
            {
                _problems.TryRemove(id, out _);
                if (await ReadAsync(id, cancellationToken) is IndexedSegment segment)
                {
                    segments.Add(in segment);
                }
                else
                {
                    _ignored[id] = null; // of another domain
                }
            }
            catch (ObjectNotFoundException)
            {
                // Gone since it was listed: as if it had not been listed.
            }
            catch (ObjectReadException e)
            {
                // This one object: it is tried again with the next listing, and the others stay readable.
                _problems[id] = e;
            }
            catch (SnapFsException e) when (e.Kind == ErrorKind.Damaged || e is NewerFormatException)
            {
                // What other segments list stays readable; whoever needs these chunks learns that they are missing.
                _ignored[id] = listed is null ? null : listed[id];
                _problems[id] = e;
            }
        }

        return segments;
    }

    private async Task<IndexedSegment?> ReadAsync(ObjectId id, CancellationToken cancellationToken)
    {
        ObjectName name = new(ObjectKind.Index, id.ToString());
        byte[] content = await _storage.GetAsync(name, IndexSegmentCodec.MaxLength, cancellationToken);
        if (ObjectId.Of(content) != id)
        {
            throw new DamagedException(name.ToString(), "its bytes do not give its name; restore it from a replica or run check");
        }

        return IndexSegmentCodec.Decode(_keys, content, name.ToString()) is { } packs
            ? new IndexedSegment(id, content.Length, packs)
            : null;
    }
}
