using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Caches;

/// <summary>One decoded chunk list: ids and where each ends, 40 bytes a chunk.</summary>
internal sealed class ChunkTable
{
    private readonly ChunkId[] _ids;
    private readonly long[] _ends;

    private ChunkTable(int level, ChunkId[] ids, long[] ends)
    {
        Level = level;
        _ids = ids;
        _ends = ends;
    }

    /// <summary>0: data chunks. Above: lists.</summary>
    internal int Level { get; }

    internal int Count => _ids.Length;

    /// <summary>Bytes of the file it stands for.</summary>
    internal long TotalLength => Count == 0 ? 0 : _ends[^1];

    internal int Footprint => 64 + (Count * (ChunkId.Length + sizeof(long)));

    /// <summary>Decodes a list.</summary>
    /// <param name="list">Its bytes.</param>
    /// <param name="length">The bytes of the file it must stand for.</param>
    internal static ChunkTable Parse(ReadOnlySpan<byte> list, long length)
    {
        int count = 0;
        ChunkListReader counter = new(list);
        while (counter.Next())
        {
            count++;
        }

        ChunkId[] ids = new ChunkId[count];
        long[] ends = new long[count];
        long end = 0;
        ChunkListReader reader = new(list);
        for (int i = 0; reader.Next(); i++)
        {
            if (reader.Current.Length > length - end)
            {
                throw Mismatch(length);
            }

            end += reader.Current.Length;
            ids[i] = reader.Current.Id;
            ends[i] = end;
        }

        return end == length ? new ChunkTable(reader.Level, ids, ends) : throw Mismatch(length);
    }

    /// <summary>The chunk that holds byte <paramref name="offset"/>, which must lie within the list.</summary>
    internal int Find(long offset)
    {
        int low = 0;
        int high = _ends.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ends[middle] <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    internal ref readonly ChunkId Id(int index) => ref _ids[index];

    internal long Start(int index) => index == 0 ? 0 : _ends[index - 1];

    internal long Length(int index) => _ends[index] - Start(index);

    private static InvalidEncodingException Mismatch(long length) =>
        new($"a chunk list does not stand for the {length} bytes it should");
}
