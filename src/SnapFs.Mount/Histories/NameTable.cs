using System.Runtime.InteropServices;

namespace SnapFs.Mount.Histories;

/// <summary>Raw names, numbered in the order in which they came; some 16 bytes each besides the names. Reading is safe for concurrent
/// use once no more are added.</summary>
internal sealed class NameTable
{
    private const int FirstBuckets = 16;

    private readonly List<byte> _bytes = [];
    private readonly List<int> _ends = [];

    /// <summary>For each name, the one before it in its bucket; -1 for none.</summary>
    private readonly List<int> _before = [];

    private int[] _buckets = Empty(FirstBuckets);

    /// <summary>Names in the table.</summary>
    internal int Count => _ends.Count;

    /// <summary>Bytes of memory that it takes, about.</summary>
    internal long Footprint => _bytes.Capacity + ((long)sizeof(int) * (_ends.Capacity + _before.Capacity + _buckets.Length));

    /// <summary>The name with a number.</summary>
    internal ReadOnlySpan<byte> this[int number]
    {
        get
        {
            int start = number == 0 ? 0 : _ends[number - 1];
            return CollectionsMarshal.AsSpan(_bytes)[start.._ends[number]];
        }
    }

    /// <summary>The number of a name; -1 if it is not in the table.</summary>
    internal int Find(ReadOnlySpan<byte> name)
    {
        int number = _buckets[BucketOf(name)];
        while (number >= 0 && !this[number].SequenceEqual(name))
        {
            number = _before[number];
        }

        return number;
    }

    /// <summary>The number of a name, which is added if need be.</summary>
    internal int Enter(ReadOnlySpan<byte> name)
    {
        int number = Find(name);
        if (number >= 0)
        {
            return number;
        }

        if (Count >= _buckets.Length)
        {
            Grow();
        }

        _bytes.AddRange(name);
        _ends.Add(_bytes.Count);
        _before.Add(-1);
        Link(Count - 1);
        return Count - 1;
    }

    private void Grow()
    {
        _buckets = Empty(_buckets.Length * 2);
        for (int number = 0; number < Count; number++)
        {
            Link(number);
        }
    }

    private void Link(int number)
    {
        ref int bucket = ref _buckets[BucketOf(this[number])];
        _before[number] = bucket;
        bucket = number;
    }

    /// <summary>Of numbers that differ in each process: whoever chooses names must not choose their buckets.</summary>
    private int BucketOf(ReadOnlySpan<byte> name)
    {
        HashCode hash = default;
        hash.AddBytes(name);
        return hash.ToHashCode() & (_buckets.Length - 1); // a power of two
    }

    private static int[] Empty(int length)
    {
        int[] buckets = new int[length];
        Array.Fill(buckets, -1);
        return buckets;
    }
}
