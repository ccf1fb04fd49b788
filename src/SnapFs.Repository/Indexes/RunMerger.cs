using System.Runtime.InteropServices;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Merges runs of one kind into one by reading each from one end to the other. Seals, packs and frames are put one after the other,
/// chunks are merged. What two runs have in common is written once: a pack that both list alike, and the places of chunks in it.
/// </summary>
/// <remarks>Memory: some blocks a run, and 16 to 32 bytes a pack and a seal.</remarks>
internal sealed class RunMerger
{
    private readonly IReadOnlyList<RunTables> _runs;
    private readonly NumberMap[] _seals;
    private readonly NumberMap[] _packs;
    private readonly NumberMap[] _frames;

    private RunMerger(IReadOnlyList<RunTables> runs)
    {
        _runs = runs;
        _seals = NewMaps();
        _packs = NewMaps();
        _frames = NewMaps();
    }

    /// <summary>At most as many bytes has the run that is merged from these.</summary>
    internal static long MaxLength(IReadOnlyList<RunTables> runs) => runs.Sum(run => run.Layout.Length)
        + (RunLayout.TableCount * (RunLayout.BlockLength + sizeof(ulong)));

    /// <summary>Writes all tables of the merged run.</summary>
    /// <param name="runs">Of one kind, the oldest first.</param>
    /// <param name="writer">Where to.</param>
    /// <returns>What the numbers of the packs of each run become.</returns>
    /// <exception cref="RunFileException">A run cannot be read or is torn.</exception>
    internal static NumberMap[] Merge(IReadOnlyList<RunTables> runs, RunWriter writer)
    {
        RunMerger merger = new(runs);
        merger.MergeObjects(writer);
        merger.MergeSeals(writer);
        merger.MergePacks(writer);
        merger.MergeFrames(writer);
        new ChunkMerger(runs, merger._frames).Merge(writer);
        return merger._packs;
    }

    private NumberMap[] NewMaps() => [.. _runs.Select(_ => new NumberMap())];

    /// <summary>Writes each object once, and as replaced if any run says so: what replaces it is here as well, so it may be gone.
    /// </summary>
    private void MergeObjects(RunWriter writer)
    {
        CoveredObject[][] objects = [.. _runs.Select(StoredRun.ObjectsOf)];
        HashSet<ObjectId> replaced = CoveredObject.ReplacedIn(objects.SelectMany(run => run));
        HashSet<ObjectId> written = [];
        foreach (CoveredObject covered in objects.SelectMany(run => run).Where(covered => written.Add(covered.Id)))
        {
            CoveredObject merged = covered with { Flags = replaced.Contains(covered.Id) ? CoveredObject.Replaced : 0 };
            writer.Add(RunTable.Objects, new ReadOnlySpan<CoveredObject>(in merged));
        }
    }

    private void MergeSeals(RunWriter writer)
    {
        using KnownRecords known = new(_runs.Sum(run => run.Layout.Of(RunTable.Seals).Count));
        uint written = 0;
        for (int i = 0; i < _runs.Count; i++)
        {
            RunCursor<SealRecord> seals = new(_runs[i], RunTable.Seals);
            for (uint number = 0; seals.MoveNext(); number++)
            {
                SealRecord seal = seals.Current;
                ulong hash = MemoryMarshal.Read<ulong>(BytesOf(in seal)); // a box begins with a random key
                if (known.TryFindOrAdd(
                    hash,
                    new RecordPlace((uint)i, number),
                    place => BytesOf(Read<SealRecord>(RunTable.Seals, place)).SequenceEqual(BytesOf(in seal)),
                    out RecordPlace equal))
                {
                    _seals[i].Add(1, _seals[equal.Run][equal.Number], isKept: false);
                    continue;
                }

                _seals[i].Add(1, written++, isKept: true);
                writer.Add(RunTable.Seals, new ReadOnlySpan<SealRecord>(in seal));
            }
        }
    }

    private void MergePacks(RunWriter writer)
    {
        using KnownRecords known = new(_runs.Sum(run => (long)run.PackCount));
        uint written = 0;
        uint frames = 0;
        for (int i = 0; i < _runs.Count; i++)
        {
            RunCursor<PackEntry> packs = new(_runs[i], RunTable.Packs);
            uint passed = 0;
            for (uint number = 0; packs.MoveNext(); number++)
            {
                PackEntry pack = packs.Current;
                RecordPlace place = new((uint)i, number);
                uint count = FramesOf(place, in pack);
                passed = pack.FirstFrame == passed ? passed + count : throw new RunFileException(null);
                if (known.TryFindOrAdd(
                    MemoryMarshal.Read<ulong>(pack.Id.Span), in place, other => AreEqual(other, place), out RecordPlace equal))
                {
                    PackEntry first = Read<PackEntry>(RunTable.Packs, equal);
                    _packs[i].Add(1, _packs[equal.Run][equal.Number], isKept: false);
                    _frames[i].Add(count, count == 0 ? 0 : _frames[equal.Run][first.FirstFrame], isKept: false);
                    continue;
                }

                pack.Seal = _seals[i][pack.Seal];
                pack.FirstFrame = frames;
                _packs[i].Add(1, written++, isKept: true);
                _frames[i].Add(count, frames, isKept: true);
                frames += count;
                writer.Add(RunTable.Packs, new ReadOnlySpan<PackEntry>(in pack));
            }
        }
    }

    private void MergeFrames(RunWriter writer)
    {
        for (int i = 0; i < _runs.Count; i++)
        {
            RunCursor<FrameRecord> frames = new(_runs[i], RunTable.Frames);
            foreach (NumberMap.Piece piece in _frames[i].Pieces)
            {
                for (uint n = 0; n < piece.Count && frames.MoveNext(); n++)
                {
                    if (piece.IsKept)
                    {
                        FrameRecord frame = frames.Current;
                        frame.Pack = _packs[i][frame.Pack];
                        writer.Add(RunTable.Frames, new ReadOnlySpan<FrameRecord>(in frame));
                    }
                }
            }
        }
    }

    /// <summary>Whether two records say the same of the same pack, frames included.</summary>
    private bool AreEqual(RecordPlace left, RecordPlace right)
    {
        PackEntry first = Read<PackEntry>(RunTable.Packs, left);
        PackEntry second = Read<PackEntry>(RunTable.Packs, right);
        uint count = FramesOf(left, in first);
        if (first.Id != second.Id
            || first.Length != second.Length
            || !((ReadOnlySpan<byte>)first.Salt).SequenceEqual(second.Salt)
            || _seals[left.Run][first.Seal] != _seals[right.Run][second.Seal]
            || count != FramesOf(right, in second))
        {
            return false;
        }

        for (uint i = 0; i < count; i++)
        {
            FrameRecord one = Read<FrameRecord>(RunTable.Frames, left with { Number = first.FirstFrame + i });
            FrameRecord other = Read<FrameRecord>(RunTable.Frames, right with { Number = second.FirstFrame + i });
            one.Pack = other.Pack;
            if (!BytesOf(in one).SequenceEqual(BytesOf(in other)))
            {
                return false;
            }
        }

        return true;
    }

    private uint FramesOf(RecordPlace place, in PackEntry pack)
    {
        RunTables run = _runs[(int)place.Run];
        uint end = place.Number + 1 < run.PackCount
            ? Read<PackEntry>(RunTable.Packs, place with { Number = place.Number + 1 }).FirstFrame
            : run.FrameCount;
        return end >= pack.FirstFrame && end <= run.FrameCount ? end - pack.FirstFrame : throw new RunFileException(null);
    }

    private T Read<T>(RunTable table, RecordPlace place)
        where T : unmanaged => _runs[(int)place.Run].Read<T>(table, place.Number);

    private static ReadOnlySpan<byte> BytesOf<T>(in T record)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in record));
}
