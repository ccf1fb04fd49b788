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
    private volatile IndexRun[] _lookedUp;

    internal ChunkIndex()
        : this([], [])
    {
    }

    private ChunkIndex(IndexRun[] runs, IndexRun[] lookedUp)
    {
        _runs = runs;
        _lookedUp = lookedUp;
    }

    /// <summary>The runs that are looked into, oldest first.</summary>
    internal IReadOnlyList<IndexRun> Runs => _lookedUp;

    /// <summary>Packs known; one that two runs list counts twice.</summary>
    internal uint PackCount => _runs is [.., IndexRun last] ? last.PackBase + last.PackCount : 0;

    /// <summary>Chunks known; one that lies in two packs counts twice.</summary>
    internal long ChunkCount => _lookedUp.Sum(run => run.ChunkCount);

    /// <summary>Adds a run. Callers do not add concurrently.</summary>
    /// <param name="tables">The run.</param>
    /// <param name="objects">What it stands for.</param>
    /// <param name="rebuild">Makes a run of the same objects if its file fails; null if it is in memory.</param>
    /// <param name="isFromCache">Whether another process made it.</param>
    internal void Add(RunTables tables, CoveredObject[] objects, Func<RunTables?>? rebuild, bool isFromCache)
    {
        IndexRun run = new(tables, PackCount, objects, rebuild, isFromCache);
        _runs = [.. _runs, run];
        _lookedUp = [.. _lookedUp, run];
    }

    /// <summary>Looks into a run no more. Its packs keep their numbers, which readers may still hold. Callers do not
    /// retire or add concurrently.</summary>
    internal void Retire(IndexRun run) => _lookedUp = [.. _lookedUp.Where(other => other != run)];

    /// <summary>What is known now, with the same numbers; what is added later is not seen in it.</summary>
    internal ChunkIndex Freeze() => new(_runs, _lookedUp);

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
        IndexRun[] runs = _lookedUp;
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
        foreach (IndexRun run in _lookedUp.Where(run => Of(accept, run).Contains(false)))
        {
            lost.UnionWith(run.With(tables => PacksWithLostChunks(run, tables, accept), []));
        }

        return lost;
    }

    /// <summary>A pack by its number.</summary>
    /// <exception cref="DamagedException">It is not known any more.</exception>
    internal PackRecord Pack(uint number)
    {
        foreach (IndexRun run in _runs)
        {
            if (number >= run.PackBase && number - run.PackBase < run.PackCount)
            {
                return run.Pack(number - run.PackBase);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(number), number, "no such pack");
    }

    /// <summary>Every pack that is looked up, with its number; one that two runs list comes twice. None is kept in memory.</summary>
    internal IEnumerable<(uint Number, ObjectId Id, long Length)> Packs()
    {
        foreach (IndexRun run in _lookedUp)
        {
            for (uint local = 0; local < run.PackCount; local++)
            {
                PackEntry pack = run.PackEntry(local);
                yield return (run.PackBase + local, pack.Id, pack.Length);
            }
        }
    }

    /// <summary>The objects of the index that need not be read any more.</summary>
    internal HashSet<ObjectId> Objects() =>
        [.. _lookedUp.Where(run => !run.IsLost).SelectMany(run => run.Objects).Select(covered => covered.Id)];

    private bool TryLocate(ChunkKind kind, in CutId cut, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        IndexRun[] runs = _lookedUp;
        for (int i = runs.Length - 1; i >= 0; i--)
        {
            IndexRun run = runs[i];
            if (run.Kind == kind && run.TryLocate(in cut, accept.IsEmpty ? accept : Of(accept, run), out location))
            {
                return true;
            }
        }

        location = default;
        return false;
    }

    private static ReadOnlySpan<bool> Of(ReadOnlySpan<bool> accept, IndexRun run) =>
        accept.Slice((int)run.PackBase, (int)run.PackCount);

    private HashSet<uint> PacksWithLostChunks(IndexRun run, RunTables tables, bool[] accept)
    {
        HashSet<uint> lost = [];
        GoneFrames gone = GoneFrames.Find(tables, Of(accept, run));
        RunCursor<ChunkRecord> chunks = new(tables, RunTable.Chunks);
        while (chunks.MoveNext())
        {
            if (gone.TryGetPack(chunks.Current.Frame, out uint pack)
                && !lost.Contains(run.PackBase + pack)
                && !TryLocate(run.Kind, in chunks.Current.Id, accept, out _))
            {
                lost.Add(run.PackBase + pack);
            }
        }

        return lost;
    }
}
