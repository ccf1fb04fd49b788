namespace SnapFs.Repository.Indexes;

/// <summary>
/// The numbers of packs in a <see cref="ChunkIndex"/>. They stay when runs are merged, since readers hold them: then a number leads
/// into the merged run, and what is found in that run has the number it had before. Immutable.
/// </summary>
internal sealed class PackNumbers
{
    private readonly Range[] _ranges;

    private PackNumbers(Range[] ranges, uint count)
    {
        _ranges = ranges;
        Count = count;
    }

    /// <summary>No packs.</summary>
    internal static PackNumbers None { get; } = new([], 0);

    /// <summary>Numbers given out.</summary>
    internal uint Count { get; }

    /// <summary>Gives numbers to the packs of a run.</summary>
    internal PackNumbers Add(IndexRun run) =>
        new([.. _ranges, new Range(Count, run.PackCount, run, 0)], Count + run.PackCount);

    /// <summary>Finds a pack.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The run that lists it, and its number there.</returns>
    internal (IndexRun Run, uint Local) Find(uint number)
    {
        int low = 0;
        int high = _ranges.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_ranges[middle].Start <= number)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return number < Count
            ? (_ranges[low].Run, _ranges[low].Local + (number - _ranges[low].Start))
            : throw new ArgumentOutOfRangeException(nameof(number), number, "no such pack");
    }

    /// <summary>The numbers that the packs of a run made by a merge had in the runs that were merged.</summary>
    /// <param name="runs">These runs.</param>
    /// <param name="maps">What the numbers of their packs became in the merged run.</param>
    internal static NumberMap BeforeMerge(IndexRun[] runs, NumberMap[] maps)
    {
        List<(uint Local, uint Count, uint Number)> pieces = [];
        for (int i = 0; i < runs.Length; i++)
        {
            foreach (NumberMap.Piece had in runs[i].Numbers.Pieces)
            {
                pieces.AddRange(Pieces(had.Start, had.Start + had.Count, maps[i])
                    .Where(piece => piece.IsKept)
                    .Select(piece => (piece.Target, piece.Count, had.Target + (piece.Start - had.Start))));
            }
        }

        pieces.Sort();
        NumberMap numbers = new();
        pieces.ForEach(piece => numbers.Add(piece.Count, piece.Number, isKept: true));
        return numbers;
    }

    /// <summary>Lets the numbers of runs lead into the run that they were merged into.</summary>
    internal PackNumbers Merge(IndexRun[] runs, NumberMap[] maps, IndexRun merged)
    {
        List<Range> ranges = [];
        foreach (Range range in _ranges)
        {
            int run = Array.IndexOf(runs, range.Run);
            if (run < 0)
            {
                Add(ranges, in range);
                continue;
            }

            foreach (NumberMap.Piece piece in Pieces(range.Local, range.Local + range.Count, maps[run]))
            {
                Add(ranges, new Range(range.Start + (piece.Start - range.Local), piece.Count, merged, piece.Target));
            }
        }

        return new PackNumbers([.. ranges], Count);
    }

    private static void Add(List<Range> ranges, in Range range)
    {
        if (ranges is [.., Range last] && last.Run == range.Run && last.Local + last.Count == range.Local)
        {
            ranges[^1] = last with { Count = last.Count + range.Count };
        }
        else
        {
            ranges.Add(range);
        }
    }

    /// <summary>The pieces of a map, cut to some numbers.</summary>
    private static IEnumerable<NumberMap.Piece> Pieces(uint from, uint to, NumberMap map)
    {
        foreach (NumberMap.Piece piece in map.Pieces)
        {
            uint start = Math.Max(piece.Start, from);
            uint end = Math.Min(piece.Start + piece.Count, to);
            if (start < end)
            {
                yield return new NumberMap.Piece(start, end - start, piece.Target + (start - piece.Start), piece.IsKept);
            }
        }
    }

    /// <param name="Start">The first number.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Run">The run that lists these packs.</param>
    /// <param name="Local">The first one's number there.</param>
    private readonly record struct Range(uint Start, uint Count, IndexRun Run, uint Local);
}
