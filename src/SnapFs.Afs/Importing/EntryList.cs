using SnapFs.Binary;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>Walks what a directory of the state before held: names in order, each with its vnode.</summary>
internal ref struct EntryList
{
    private ByteReader _reader;

    /// <param name="list">What <see cref="Write"/> wrote, one entry after the other.</param>
    public EntryList(ReadOnlySpan<byte> list) => _reader = new ByteReader(list);

    /// <summary>The name's bytes.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The vnode number.</summary>
    public uint Vnode { get; private set; }

    /// <summary>The uniquifier.</summary>
    public uint Uniq { get; private set; }

    /// <summary>Goes on to the next entry; false at the end, where the name is empty.</summary>
    public bool Next()
    {
        if (_reader.Remaining == 0)
        {
            Name = default;
            return false;
        }

        Name = _reader.LengthPrefixed(TreeLimits.MaxName);
        Vnode = _reader.VarintUInt32();
        Uniq = _reader.VarintUInt32();
        return true;
    }

    /// <summary>Appends an entry.</summary>
    public static void Write(ByteWriter list, ReadOnlySpan<byte> name, uint vnode, uint uniq)
    {
        list.LengthPrefixed(name);
        list.Varint((ulong)vnode);
        list.Varint((ulong)uniq);
    }
}
