using SnapFs.Binary;
using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>Walks the extended attributes of a node, sorted by name.</summary>
public ref struct XattrReader
{
    private ByteReader _reader;

    /// <param name="xattrs"><see cref="NodeView.Xattrs"/>.</param>
    public XattrReader(ReadOnlySpan<byte> xattrs) => _reader = new ByteReader(xattrs);

    /// <summary>The full name with its namespace, such as <c>user.comment</c>.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value, if it stands in the node.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether the value is the data chunk <see cref="External"/> instead.</summary>
    public bool IsExternal { get; private set; }

    /// <summary>The chunk that is the value.</summary>
    public ChunkRef External { get; private set; }

    /// <summary>Bytes of the value, wherever it is.</summary>
    public readonly int ValueLength => IsExternal ? (int)External.Length : Value.Length;

    /// <summary>Moves to the next attribute; false at the end.</summary>
    public bool Next()
    {
        if (_reader.Remaining == 0)
        {
            return false;
        }

        Name = _reader.LengthPrefixed(TreeLimits.MaxXattrName);
        if (Name.IsEmpty || Name.Contains((byte)0))
        {
            throw new InvalidEncodingException("the name of an extended attribute is empty or holds NUL");
        }

        int length = _reader.VarintInt32((TreeLimits.MaxXattrValue * 2) + 1);
        IsExternal = (length & 1) == 1;
        if (IsExternal)
        {
            if (length == 1)
            {
                throw new InvalidEncodingException("an extended attribute refers to an empty chunk");
            }

            External = new ChunkRef(ChunkId.Read(_reader.Bytes(ChunkId.Length)), length >> 1);
            Value = default;
        }
        else
        {
            Value = _reader.Bytes(length >> 1);
        }

        return true;
    }

    /// <summary>Appends an attribute with its value in place.</summary>
    public static void Write(ByteWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        writer.LengthPrefixed(name);
        writer.Varint((ulong)value.Length << 1);
        writer.Bytes(value);
    }

    /// <summary>Appends an attribute whose value is a data chunk.</summary>
    public static void Write(ByteWriter writer, ReadOnlySpan<byte> name, in ChunkRef value)
    {
        writer.LengthPrefixed(name);
        writer.Varint(((ulong)value.Length << 1) | 1);
        writer.Bytes(value.Id.Span);
    }
}
