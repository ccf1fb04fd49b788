using System.Runtime.CompilerServices;

namespace SnapFs.Repository.Indexes;

/// <summary>Finds chunks in the sorted table of a run.</summary>
/// <remarks>Ids are uniform, so interpolation between the fences gives the block, and between two fences the place in it to within
/// a few records: one short read. Bisection takes over where they are not.</remarks>
internal static class RunSearch
{
    /// <summary>Records read around where a chunk should be. Of 585 in a block, that is three standard deviations to each side.
    /// </summary>
    private const int Window = 80;

    /// <summary>Finds the first record of a chunk.</summary>
    /// <param name="tables">The run.</param>
    /// <param name="id">The chunk.</param>
    /// <param name="position">The record's number; those that follow may be of the same chunk.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="RunFileException">A block cannot be read or is torn.</exception>
    internal static bool TryFind(RunTables tables, in CutId id, out long position, out ChunkRecord record)
    {
        ulong key = id.Key;
        ReadOnlySpan<ulong> fences = tables.Fences;
        TablePlace place = tables.Layout.Of(RunTable.Chunks);
        for (int block = Math.Max(0, Below(fences, key) - 1); block < fences.Length && fences[block] <= key; block++)
        {
            if (!tables.MayHold(block, in id))
            {
                continue;
            }

            int inBlock = FirstNotBelow(tables, in place, block, in id, out record);
            if (inBlock < place.RecordsIn(block))
            {
                position = ((long)block * place.PerBlock) + inBlock;
                return CutId.Compare(in record.Id, in id) == 0;
            }
        }

        position = -1;
        record = default;
        return false;
    }

    /// <summary>How many fences are below a key.</summary>
    private static int Below(ReadOnlySpan<ulong> fences, ulong key)
    {
        int low = 0;
        int high = fences.Length;
        ulong lowKey = 0;
        ulong highKey = ulong.MaxValue;
        for (int probe = 0; low < high; probe++)
        {
            // Each second probe halves, so that ids which are not uniform cost no more than twice the bisection.
            int middle = (probe & 1) == 0 ? low + Estimate(key, lowKey, highKey, high - low) : low + ((high - low) / 2);
            if (fences[middle] < key)
            {
                low = middle + 1;
                lowKey = fences[middle];
            }
            else
            {
                high = middle;
                highKey = fences[middle];
            }
        }

        return low;
    }

    /// <summary>About where a key lies among uniform ones, from 0 to below the count.</summary>
    private static int Estimate(ulong key, ulong lowKey, ulong highKey, int count) => key <= lowKey || highKey <= lowKey
        ? 0
        : Math.Clamp((int)((double)(key - lowKey) / (highKey - lowKey) * count), 0, count - 1);

    /// <summary>The first record of a block that is not below an id; the number of records if there is none.</summary>
    [SkipLocalsInit]
    private static int FirstNotBelow(RunTables tables, in TablePlace place, int block, in CutId id, out ChunkRecord record)
    {
        int count = place.RecordsIn(block);
        ulong end = block + 1 < tables.Fences.Length ? tables.Fences[block + 1] : ulong.MaxValue;
        int from = Math.Max(0, Estimate(id.Key, tables.Fences[block], end, count) - (Window / 2));
        int length = Math.Min(Window, count - from);
        Span<byte> scratch = stackalloc byte[Window * Unsafe.SizeOf<ChunkRecord>()];
        ReadOnlySpan<ChunkRecord> records = tables.Chunks(block, from, length, scratch);
        bool isInside = (from == 0 || CutId.Compare(in records[0].Id, in id) < 0)
            && (from + length == count || CutId.Compare(in records[length - 1].Id, in id) >= 0);
        return isInside
            ? from + FirstNotBelow(records, in id, out record)
            : FirstNotBelow(tables, block, count, in id, out record);
    }

    [SkipLocalsInit]
    private static int FirstNotBelow(RunTables tables, int block, int count, in CutId id, out ChunkRecord record)
    {
        Span<byte> scratch = stackalloc byte[RunLayout.BlockLength];
        return FirstNotBelow(tables.Chunks(block, 0, count, scratch), in id, out record);
    }

    private static int FirstNotBelow(ReadOnlySpan<ChunkRecord> records, in CutId id, out ChunkRecord record)
    {
        int low = 0;
        int high = records.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (CutId.Compare(in records[middle].Id, in id) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        record = low < records.Length ? records[low] : default;
        return low;
    }
}
