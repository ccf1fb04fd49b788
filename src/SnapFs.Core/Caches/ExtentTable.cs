using SnapFs.Trees;

namespace SnapFs.Caches;

/// <summary>The decoded extents of a file with holes.</summary>
internal sealed class ExtentTable
{
    private readonly Extent[] _extents;
    private readonly long[] _dataOffsets;

    private ExtentTable(Extent[] extents, long[] dataOffsets, long dataLength)
    {
        _extents = extents;
        _dataOffsets = dataOffsets;
        DataLength = dataLength;
    }

    /// <summary>Sum of the lengths.</summary>
    internal long DataLength { get; }

    internal int Footprint => 64 + (_extents.Length * 24);

    internal static ExtentTable Parse(ReadOnlySpan<byte> extents, long fileSize)
    {
        List<Extent> list = [];
        ExtentReader reader = new(extents, fileSize);
        while (reader.Next())
        {
            list.Add(reader.Current);
        }

        long[] offsets = new long[list.Count];
        long data = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = data;
            data += list[i].Length; // at most the file size
        }

        return new ExtentTable([.. list], offsets, data);
    }

    /// <summary>The extent that holds <paramref name="offset"/> or the first after it.</summary>
    /// <param name="offset">Byte within the file.</param>
    /// <param name="extent">The extent.</param>
    /// <param name="dataOffset">Where its first byte lies in the content of the chunks.</param>
    /// <returns>False if only a hole follows.</returns>
    internal bool TryFind(long offset, out Extent extent, out long dataOffset)
    {
        int low = 0;
        int high = _extents.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_extents[middle].End <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        bool found = low < _extents.Length;
        extent = found ? _extents[low] : default;
        dataOffset = found ? _dataOffsets[low] : 0;
        return found;
    }
}
