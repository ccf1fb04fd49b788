using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Takes in segments of the index, oldest first, and makes runs of them: memory for a quarter of a million chunks of each kind, the
/// others are in files of the cache. Without files memory grows with what is taken in. Not thread-safe.
/// </summary>
internal sealed class RunIntake : IDisposable
{
    private const long FirstLimit = 256 * 1024;

    private readonly RunStore? _store;
    private readonly ObjectId _owner;
    private readonly bool _isForCacheOnly;
    private readonly Dictionary<ChunkKind, OfKind> _kinds = [];

    /// <param name="store">Where runs are kept; null keeps them in memory.</param>
    /// <param name="owner">Whose index it is.</param>
    /// <param name="isForCacheOnly">Whether what cannot be kept in files is not wanted.</param>
    internal RunIntake(RunStore? store, in ObjectId owner, bool isForCacheOnly = false)
    {
        _isForCacheOnly = isForCacheOnly;
        _store = store;
        _owner = owner;
    }

    /// <summary>Segments taken in.</summary>
    internal int Count { get; private set; }

    /// <summary>What need not be read besides the objects that were taken in.</summary>
    internal HashSet<ObjectId> Replaced { get; } = [];

    /// <summary>Takes in an object of the index.</summary>
    internal void Add(IndexObject added)
    {
        Replaced.UnionWith(added.Replaced.ToArray());
        ChunkKind kind = added.Kind;
        if (!_kinds.TryGetValue(kind, out OfKind? ofKind))
        {
            _kinds[kind] = ofKind = new OfKind(FirstLimit);
        }

        ofKind.Builder.Add(added);
        Count++;
        if (ofKind.Builder.ChunkCount >= ofKind.Limit)
        {
            EndRun(kind, ofKind);
        }
    }

    /// <summary>Makes runs of all that was taken in; of no use afterwards.</summary>
    /// <param name="asOne">Whether there is to be one of each kind.</param>
    internal List<TakenRun> Complete(bool asOne)
    {
        List<TakenRun> taken = [];
        foreach ((ChunkKind kind, OfKind ofKind) in _kinds)
        {
            if (ofKind.Builder.ObjectCount > 0)
            {
                EndRun(kind, ofKind);
            }

            if (asOne)
            {
                MergeAll(kind, ofKind);
            }

            taken.AddRange(ofKind.Stored.Select(run => new TakenRun(run.Tables, run)));
            taken.AddRange(ofKind.InMemory.Select(tables => new TakenRun(tables, null)));
            ofKind.InMemory.Clear();
        }

        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OfKind ofKind in _kinds.Values)
        {
            ofKind.Builder.Dispose();
            ofKind.InMemory.ForEach(tables => tables.Dispose());
        }
    }

    private void EndRun(ChunkKind kind, OfKind ofKind)
    {
        using IndexRunBuilder builder = ofKind.Builder;
        ofKind.Builder = new IndexRunBuilder();
        if (ofKind.InMemory.Count == 0 && _store?.Save(kind, builder.WriteTo) is StoredRun run)
        {
            ofKind.Stored.Add(run);
            _store.Merge(ofKind.Stored);
            return;
        }

        if (!_isForCacheOnly)
        {
            ofKind.InMemory.Add(NativeRun.Make(kind, builder.MaxLength, in _owner, builder.WriteTo));
            ofKind.Limit *= 2; // so that there are few: a look-up goes through all
        }
    }

    private void MergeAll(ChunkKind kind, OfKind ofKind)
    {
        if (ofKind.Stored.Count + ofKind.InMemory.Count <= 1)
        {
            return;
        }

        if (ofKind.InMemory.Count == 0 && _store?.MergeAll([.. ofKind.Stored]) is RunMerge merge)
        {
            ofKind.Stored.Clear();
            ofKind.Stored.Add(merge.Result);
            return;
        }

        List<RunTables> all = [.. ofKind.Stored.Select(stored => stored.Tables), .. ofKind.InMemory];
        RunTables merged = NativeRun.Make(
            kind, RunMerger.MaxLength(all), in _owner, writer => RunMerger.Merge(all, writer));
        ofKind.Stored.ForEach(stored => _store?.Remove(stored));
        ofKind.Stored.Clear();
        ofKind.InMemory.ForEach(tables => tables.Dispose());
        ofKind.InMemory.Clear();
        ofKind.InMemory.Add(merged);
    }

    /// <param name="limit">Chunks with which a run is ended.</param>
    private sealed class OfKind(long limit)
    {
        internal IndexRunBuilder Builder { get; set; } = new();

        internal long Limit { get; set; } = limit;

        internal List<StoredRun> Stored { get; } = [];

        internal List<RunTables> InMemory { get; } = [];
    }
}

/// <summary>A run made from segments.</summary>
/// <param name="Tables">The run.</param>
/// <param name="File">Its file; null if it is in memory only.</param>
internal readonly record struct TakenRun(RunTables Tables, StoredRun? File);
