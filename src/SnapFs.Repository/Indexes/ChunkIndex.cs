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

    internal ChunkIndex()
        : this([])
    {
    }

    private ChunkIndex(IndexRun[] runs) => _runs = runs;

    /// <summary>The runs, oldest first.</summary>
    internal IReadOnlyList<IndexRun> Runs => _runs;

    /// <summary>Packs known.</summary>
    internal uint PackCount => _runs is [.., IndexRun last] ? last.PackBase + last.PackCount : 0;

    /// <summary>Chunks known; one that lies in two packs counts twice.</summary>
    internal long ChunkCount => _runs.Sum(run => run.ChunkCount);

    /// <summary>Adds a run. Callers do not add concurrently.</summary>
    internal void Add(RunMemory memory) => _runs = [.. _runs, new IndexRun(memory, PackCount)];

    /// <summary>What is known now, with the same numbers; what is added later is not seen in it.</summary>
    internal ChunkIndex Freeze() => new(_runs);

    /// <summary>Finds a chunk.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="id">Its id.</param>
    /// <param name="accept">Which packs count, by number; empty accepts all.</param>
    /// <param name="location">Where it lies.</param>
    internal bool TryLocate(ChunkKind kind, in ChunkId id, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        CutId cut = CutId.Of(in id);
        foreach (IndexRun run in _runs)
        {
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

    /// <summary>Every pack with its number.</summary>
    internal IEnumerable<(uint Number, PackRecord Pack)> Packs()
    {
        foreach (IndexRun run in _runs)
        {
            for (uint local = 0; local < run.PackCount; local++)
            {
                yield return (run.PackBase + local, PackRecord.Read(run.Pack(local)));
            }
        }
    }

    /// <summary>The segments merged so far.</summary>
    internal HashSet<ObjectId> Segments()
    {
        HashSet<ObjectId> segments = [];
        foreach (IndexRun run in _runs)
        {
            for (int i = 0; i < run.SegmentCount; i++)
            {
                segments.Add(run.Segment(i));
            }
        }

        return segments;
    }
}
