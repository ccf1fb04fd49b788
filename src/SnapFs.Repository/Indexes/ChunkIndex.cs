using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Which chunk lies where, merged from the index segments of one domain. Grows while it is in use; numbers of packs
/// never change. Safe for concurrent use.
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

    /// <summary>Packs known.</summary>
    internal uint PackCount => _runs is [.., IndexRun last] ? last.PackBase + last.PackCount : 0;

    /// <summary>Chunks known; one that lies in two packs counts twice.</summary>
    internal long ChunkCount => _lookedUp.Sum(run => run.ChunkCount);

    /// <summary>Adds a run. Callers do not add concurrently.</summary>
    internal void Add(RunMemory memory)
    {
        IndexRun run = new(memory, PackCount);
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

    private bool TryLocate(ChunkKind kind, in CutId cut, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        IndexRun[] runs = _lookedUp;
        for (int i = runs.Length - 1; i >= 0; i--)
        {
            IndexRun run = runs[i];
            ReadOnlySpan<bool> ofRun =
                accept.IsEmpty ? accept : accept.Slice((int)run.PackBase, (int)run.PackCount);
            if (run.TryLocate(kind, in cut, ofRun, out location))
            {
                return true;
            }
        }

        location = default;
        return false;
    }

    /// <summary>Finds every place of a chunk, the one that was indexed last first.</summary>
    internal List<ChunkLocation> LocateAll(ChunkKind kind, in ChunkId id)
    {
        List<ChunkLocation> found = [];
        CutId cut = CutId.Of(in id);
        IndexRun[] runs = _lookedUp;
        for (int i = runs.Length - 1; i >= 0; i--)
        {
            runs[i].LocateAll(kind, in cut, found);
        }

        return found;
    }

    /// <summary>The packs that do not count and hold a chunk which lies in none that does: what was in them is lost, or
    /// was stored nowhere else so far.</summary>
    /// <param name="accept">Which packs count, by number.</param>
    internal HashSet<uint> PacksWithLostChunks(bool[] accept)
    {
        HashSet<uint> lost = [];
        List<(ChunkKind Kind, CutId Id, uint Pack)> chunks = [];
        foreach (IndexRun run in _lookedUp)
        {
            bool[] isGone = [.. accept.Skip((int)run.PackBase).Take((int)run.PackCount).Select(counts => !counts)];
            if (!isGone.Contains(true))
            {
                continue;
            }

            chunks.Clear();
            run.AddChunksOf(isGone, chunks);
            foreach ((ChunkKind kind, CutId id, uint pack) in chunks)
            {
                if (!TryLocate(kind, in id, accept, out _))
                {
                    lost.Add(pack);
                }
            }
        }

        return lost;
    }

    /// <summary>A pack by its number.</summary>
    internal PackRecord Pack(uint number)
    {
        foreach (IndexRun run in _runs)
        {
            if (number >= run.PackBase && number - run.PackBase < run.PackCount)
            {
                return PackRecord.Read(run.Pack(number - run.PackBase));
            }
        }

        throw new ArgumentOutOfRangeException(nameof(number), number, "no such pack");
    }

    /// <summary>Every pack that is looked up, with its number; one that two segments list comes twice.</summary>
    internal IEnumerable<(uint Number, PackRecord Pack)> Packs()
    {
        foreach (IndexRun run in _lookedUp)
        {
            for (uint local = 0; local < run.PackCount; local++)
            {
                yield return (run.PackBase + local, PackRecord.Read(run.Pack(local)));
            }
        }
    }

    /// <summary>The segments merged so far.</summary>
    internal HashSet<ObjectId> Segments() => [.. _lookedUp.SelectMany(run => run.Segments()).Select(segment => segment.Id)];
}
