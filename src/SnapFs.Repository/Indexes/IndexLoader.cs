using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Storage;

namespace SnapFs.Repository.Indexes;

/// <summary>Brings a <see cref="ChunkIndex"/> up to date with the segments in storage.</summary>
internal sealed class IndexLoader
{
    private readonly IStorage _storage;
    private readonly IDomainKeys _keys;
    private readonly RunStore? _store;
    private readonly HashSet<ObjectId> _ignored = [];
    private bool _loaded;

    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of the domain.</param>
    /// <param name="cacheDirectory">Where runs are kept between processes; null keeps none.</param>
    internal IndexLoader(IStorage storage, IDomainKeys keys, string? cacheDirectory)
    {
        _storage = storage;
        _keys = keys;
        _store = cacheDirectory is null ? null : new RunStore(cacheDirectory, keys.RepositoryId);
    }

    /// <summary>Segments that could not be used, and why; the chunks they list are missing.</summary>
    internal List<SnapFsException> Problems { get; } = [];

    /// <summary>Adds what is new in storage.</summary>
    /// <returns>Whether anything was added.</returns>
    internal async Task<bool> UpdateAsync(ChunkIndex index, CancellationToken cancellationToken)
    {
        HashSet<ObjectId> listed = [];
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Index, cancellationToken))
        {
            if (ObjectId.TryParse(info.Name.Id, out ObjectId id))
            {
                listed.Add(id);
            }
        }

        HashSet<ObjectId> known = index.Segments();
        bool isFirst = !_loaded;
        int files = 0;
        if (isFirst && _store is not null)
        {
            List<RunMemory> runs = _store.Load(listed, known);
            files = runs.Count;
            runs.ForEach(index.Add);
        }

        _loaded = true;
        List<(ObjectId, List<IndexedPack>)> segments =
            await ReadAsync(listed.Where(id => !known.Contains(id) && !_ignored.Contains(id)), cancellationToken);
        if (segments.Count > 0)
        {
            RunMemory memory = IndexRunBuilder.Build(_keys.RepositoryId, segments);
            index.Add(memory);
            Save(memory, files);
        }

        return segments.Count > 0 || (isFirst && files > 0);
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

    private async Task<List<(ObjectId Id, List<IndexedPack> Packs)>> ReadAsync(
        IEnumerable<ObjectId> ids, CancellationToken cancellationToken)
    {
        List<(ObjectId, List<IndexedPack>)> segments = [];
        foreach (ObjectId id in ids)
        {
            ObjectName name = new(ObjectKind.Index, id.ToString());
            try
            {
                byte[] content = await _storage.GetAsync(name, IndexSegmentCodec.MaxLength, cancellationToken);
                if (ObjectId.Of(content) != id)
                {
                    throw new DamagedException(
                        name.ToString(), "its bytes do not give its name; restore it from a replica or run check");
                }

                List<IndexedPack>? packs = IndexSegmentCodec.Decode(_keys, content, name.ToString());
                if (packs is null)
                {
                    _ignored.Add(id);
                }
                else
                {
                    segments.Add((id, packs));
                }
            }
            catch (SnapFsException e) when (e.ExitCode == ExitCode.Damaged)
            {
                // What other segments list stays readable; whoever needs these chunks learns that they are missing.
                _ignored.Add(id);
                Problems.Add(e);
            }
        }

        return segments;
    }
}
