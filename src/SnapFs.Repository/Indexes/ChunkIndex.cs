using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Which chunk lies where, by the index of one domain. Grows while it is in use; numbers of packs never change. Safe for concurrent
/// use.
/// </summary>
internal sealed class ChunkIndex
{
    private volatile IndexRun[] _runs;
    private volatile PackNumbers _numbers;

    internal ChunkIndex()
        : this([], PackNumbers.None)
    {
    }

    private ChunkIndex(IndexRun[] runs, PackNumbers numbers)
    {
        _runs = runs;
        _numbers = numbers;
    }

    /// <summary>The runs that are looked into, oldest first.</summary>
    internal IReadOnlyList<IndexRun> Runs => _runs;

    /// <summary>Packs known; one that two runs list may count twice.</summary>
    internal uint PackCount => _numbers.Count;

    /// <summary>Chunks known; one that lies in two packs counts twice.</summary>
    internal long ChunkCount => _runs.Sum(run => run.ChunkCount);

    /// <summary>Adds a run. Callers do not change an index concurrently.</summary>
    /// <param name="tables">The run.</param>
    /// <param name="objects">What it stands for.</param>
    /// <param name="rebuild">Makes a run of the same objects if its file fails; null if it is in memory.</param>
    /// <param name="isFromCache">Whether another process made it.</param>
    internal void Add(RunTables tables, CoveredObject[] objects, Func<RunTables?>? rebuild, bool isFromCache)
    {
        NumberMap numbers = new();
        numbers.Add(tables.PackCount, PackCount, isKept: true);
        IndexRun run = new(tables, numbers, objects, rebuild, isFromCache);
        _numbers = _numbers.Add(run); // before anybody can find its packs
        _runs = [.. _runs, run];
    }

    /// <summary>Adds a run of what does not count, in memory: it tells readers where a chunk may lie. Callers do not change an index
    /// concurrently.</summary>
    internal void AddUntrusted(RunTables tables)
    {
        NumberMap numbers = new();
        numbers.Add(tables.PackCount, PackCount, isKept: true);
        IndexRun run = new(tables, numbers, [], null, isFromCache: false) { IsTrusted = false };
        _numbers = _numbers.Add(run);
        _runs = [run, .. _runs]; // whatever counts is tried before it
    }

    /// <summary>Looks into a merged run in place of those that were merged. Callers do not change an index concurrently.</summary>
    /// <param name="merge">What was merged.</param>
    /// <param name="rebuild">Makes a run of the same objects if its file fails.</param>
    /// <returns>False if not all of these runs are here; then nothing changes.</returns>
    internal bool Replace(RunMerge merge, Func<RunTables?> rebuild)
    {
        IndexRun[] merged = [.. merge.Runs.Select(run => _runs.FirstOrDefault(one => one.Tables == run.Tables)).OfType<IndexRun>()];
        if (merged.Length < merge.Runs.Length)
        {
            return false;
        }

        NumberMap before = PackNumbers.BeforeMerge(merged, merge.Packs);
        IndexRun result = new(
            merge.Result.Tables, before, merge.Result.Objects, rebuild, merged.Any(run => run.IsFromCache));
        _numbers = _numbers.Merge(merged, merge.Packs, result);
        _runs = [.. _runs.Select(run => run == merged[^1] ? result : run).Where(run => !merged.Contains(run))];
        return true;
    }

    /// <summary>Looks into a run no more. Its packs keep their numbers, which readers may still hold. Callers do not change an index
    /// concurrently.</summary>
    internal void Retire(IndexRun run) => _runs = [.. _runs.Where(other => other != run)];

    /// <summary>What is known now and counts, with the same numbers; what is added later is not seen in it.</summary>
    internal ChunkIndex Freeze() => new([.. _runs.Where(run => run.IsTrusted)], _numbers);

    /// <summary>Finds a chunk: of several places the one that was indexed last.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="id">Its id.</param>
    /// <param name="accept">Which packs count, by number; empty accepts all.</param>
    /// <param name="location">Where it lies.</param>
    internal bool TryLocate(ChunkKind kind, in ChunkId id, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        CutId cut = CutId.Of(in id);
        return TryLocate(kind, in cut, accept, out location);
    }

    /// <summary>Finds every place of a chunk, the one that was indexed last first.</summary>
    internal List<ChunkLocation> LocateAll(ChunkKind kind, in ChunkId id)
    {
        List<ChunkLocation> found = [];
        CutId cut = CutId.Of(in id);
        IndexRun[] runs = _runs;
        for (int i = runs.Length - 1; i >= 0; i--)
        {
            if (runs[i].Kind == kind)
            {
                runs[i].LocateAll(in cut, found);
            }
        }

        return found;
    }

    /// <summary>The packs that do not count and hold a chunk which lies in none that does: what was in them is lost, or
    /// was stored nowhere else so far.</summary>
    /// <param name="accept">Which packs count, by number.</param>
    internal HashSet<uint> PacksWithLostChunks(bool[] accept)
    {
        HashSet<uint> lost = [];
        foreach (IndexRun run in _runs)
        {
            lost.UnionWith(run.With(tables => PacksWithLostChunks(run, tables, accept), []));
        }

        return lost;
    }

    /// <summary>A pack by its number.</summary>
    /// <exception cref="DamagedException">It is not known any more.</exception>
    internal PackRecord Pack(uint number)
    {
        (IndexRun run, uint local) = _numbers.Find(number);
        return run.Pack(local);
    }

    /// <summary>Every pack that is looked up, with its number; one that two runs list comes twice. None is kept in memory.</summary>
    internal IEnumerable<(uint Number, ObjectId Id, long Length)> Packs()
    {
        foreach (IndexRun run in _runs)
        {
            for (uint local = 0; local < run.PackCount; local++)
            {
                PackEntry pack = run.PackEntry(local);
                yield return (run.Numbers[local], pack.Id, pack.Length);
            }
        }
    }

    /// <summary>The objects of the index that need not be read any more.</summary>
    internal HashSet<ObjectId> Objects() =>
        [.. _runs.Where(run => !run.IsLost).SelectMany(run => run.Objects).Select(covered => covered.Id)];

    private bool TryLocate(ChunkKind kind, in CutId cut, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        IndexRun[] runs = _runs;
        for (int i = runs.Length - 1; i >= 0; i--)
        {
            IndexRun run = runs[i];
            if (run.Kind == kind && run.TryLocate(in cut, accept, out location))
            {
                return true;
            }
        }

        location = default;
        return false;
    }

    private HashSet<uint> PacksWithLostChunks(IndexRun run, RunTables tables, bool[] accept)
    {
        HashSet<uint> lost = [];
        GoneFrames gone = GoneFrames.Find(tables, local => accept[(int)run.Numbers[local]]);
        RunCursor<ChunkRecord> chunks = new(tables, RunTable.Chunks);
        while (!gone.IsEmpty && chunks.MoveNext())
        {
            if (gone.TryGetPack(chunks.Current.Frame, out uint pack)
                && !lost.Contains(run.Numbers[pack])
                && !TryLocate(run.Kind, in chunks.Current.Id, accept, out _))
            {
                lost.Add(run.Numbers[pack]);
            }
        }

        return lost;
    }
}
