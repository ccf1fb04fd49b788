using SnapFs.Binary;
using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>
/// A parsed tree page: a leaf that holds nodes, or an index page that refers to the pages of a large directory.
/// Immutable and safe for concurrent use. <c>docs/format.md</c> section 7 gives the bytes.
/// </summary>
public sealed class TreePage
{
    internal const byte Version = 1;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int[] _offsets;
    private readonly int _users;
    private readonly int _groups;

    private TreePage(ReadOnlyMemory<byte> bytes, int level, int users, int groups, int[] offsets, long entries)
    {
        _bytes = bytes;
        Level = level;
        _users = users;
        _groups = groups;
        _offsets = offsets;
        TotalEntries = entries;
    }

    /// <summary>0: a leaf. Above: an index page over pages of the level below.</summary>
    public int Level { get; }

    /// <summary>Nodes of a leaf, or children of an index page.</summary>
    public int Count => _offsets.Length;

    /// <summary>Nodes of the directory below this page.</summary>
    public long TotalEntries { get; }

    /// <summary>The plain bytes of the tree chunk, for keeping the page in another cache.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Bytes of memory this page keeps, about.</summary>
    public int Footprint => _bytes.Length + (_offsets.Length * sizeof(int)) + 128;

    /// <summary>Checks and indexes a page.</summary>
    /// <param name="bytes">The plain bytes of the tree chunk; kept, and must not change.</param>
    /// <exception cref="InvalidEncodingException">The bytes are not a page.</exception>
    /// <exception cref="NewerFormatException">The page has a newer version.</exception>
    public static TreePage Parse(ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        ByteReader reader = new(span);
        byte version = reader.Byte();
        if (version != Version)
        {
            throw new NewerFormatException("a tree", $"page version {version}");
        }

        int level = reader.Byte();
        if (level > TreeLimits.MaxLevels)
        {
            throw new InvalidEncodingException($"a tree page has level {level}");
        }

        FieldReader extensions = new(reader.LengthPrefixed(TreeLimits.MaxPage));
        while (extensions.Next())
        {
            extensions.Unknown("a tree");
        }

        int users = reader.Position;
        SkipOwners(ref reader);
        int groups = reader.Position;
        SkipOwners(ref reader);
        int count = reader.VarintInt32(reader.Remaining);
        int[] offsets = new int[count];
        long entries = level == 0 ? IndexLeaf(ref reader, offsets) : IndexChildren(ref reader, offsets);
        reader.End();
        return new TreePage(bytes, level, users, groups, offsets, entries);
    }

    /// <summary>Decodes a node of a leaf.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="InvalidEncodingException">The node is malformed.</exception>
    public NodeView Node(int index) => NodeCodec.Read(_bytes.Span[_offsets[index]..]);

    /// <summary>The name of a node of a leaf, or the first name below a child of an index page.</summary>
    public ReadOnlySpan<byte> NameAt(int index)
    {
        ByteReader reader = new(_bytes.Span[_offsets[index]..]);
        if (Level == 0)
        {
            reader.Varint();
        }

        return reader.LengthPrefixed(TreeLimits.MaxName);
    }

    /// <summary>A child of an index page and the number of nodes below it.</summary>
    public ChunkRef Child(int index, out long entries)
    {
        ByteReader reader = new(_bytes.Span[_offsets[index]..]);
        reader.LengthPrefixed(TreeLimits.MaxName);
        ChunkId id = ChunkId.Read(reader.Bytes(ChunkId.Length));
        int length = reader.VarintInt32(TreeLimits.MaxPage);
        entries = reader.VarintInt64();
        return new ChunkRef(id, length);
    }

    /// <summary>The last position whose name is not greater than <paramref name="name"/>, or -1.</summary>
    public int Floor(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (NameAt(middle).SequenceCompareTo(name) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    /// <summary>The archived name of a user of this leaf, raw; empty if the id had no name.</summary>
    public ReadOnlySpan<byte> UserName(uint id) => OwnerName(_users, id);

    /// <summary>The archived name of a group of this leaf, raw; empty if the id had no name.</summary>
    public ReadOnlySpan<byte> GroupName(uint id) => OwnerName(_groups, id);

    /// <summary>Checks that this is what the page above says of it: ordinals and searches rely on that.</summary>
    /// <param name="parent">The index page above.</param>
    /// <param name="index">Which of its children this is.</param>
    /// <exception cref="InvalidEncodingException">It is not.</exception>
    internal void CheckBelow(TreePage parent, int index)
    {
        if (Level != parent.Level - 1)
        {
            throw new InvalidEncodingException($"a tree page of level {parent.Level} refers to one of level {Level}");
        }

        parent.Child(index, out long entries);
        if (Count == 0 || TotalEntries != entries || !NameAt(0).SequenceEqual(parent.NameAt(index)))
        {
            throw new InvalidEncodingException("a tree page is not what the page above it says");
        }
    }

    private ReadOnlySpan<byte> OwnerName(int table, uint id)
    {
        ByteReader reader = new(_bytes.Span[table..]);
        for (int left = reader.VarintInt32(reader.Remaining); left > 0; left--)
        {
            uint owner = reader.VarintUInt32();
            ReadOnlySpan<byte> name = reader.LengthPrefixed(TreeLimits.MaxPage);
            if (owner == id)
            {
                return name;
            }
        }

        return default;
    }

    private static void SkipOwners(ref ByteReader reader)
    {
        for (int left = reader.VarintInt32(reader.Remaining); left > 0; left--)
        {
            reader.VarintUInt32();
            reader.LengthPrefixed(TreeLimits.MaxPage);
        }
    }

    private static long IndexLeaf(ref ByteReader reader, int[] offsets)
    {
        ReadOnlySpan<byte> last = default;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = reader.Position;
            ByteReader node = new(reader.LengthPrefixed(TreeLimits.MaxPage));
            ReadOnlySpan<byte> name = node.LengthPrefixed(TreeLimits.MaxName);
            CheckOrder(last, name);
            last = name;
        }

        return offsets.Length;
    }

    private static long IndexChildren(ref ByteReader reader, int[] offsets)
    {
        ReadOnlySpan<byte> last = default;
        long entries = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = reader.Position;
            ReadOnlySpan<byte> name = reader.LengthPrefixed(TreeLimits.MaxName);
            CheckOrder(last, name);
            last = name;
            reader.Bytes(ChunkId.Length);
            reader.VarintInt32(TreeLimits.MaxPage);
            long below = reader.VarintInt64();
            if (below > long.MaxValue - entries)
            {
                throw new InvalidEncodingException("the entry counts of a tree page overflow");
            }

            entries += below;
        }

        return entries;
    }

    private static void CheckOrder(ReadOnlySpan<byte> last, ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || last.SequenceCompareTo(name) >= 0)
        {
            throw new InvalidEncodingException("the names of a tree page are not in order");
        }
    }
}
