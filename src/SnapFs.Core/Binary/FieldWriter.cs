using System.Text;

namespace SnapFs.Binary;

/// <summary>Writes a field list; tags must ascend (<c>docs/format.md</c> section 2).</summary>
public readonly ref struct FieldWriter
{
    private readonly ByteWriter _writer;

    /// <param name="writer">Where the list is appended.</param>
    public FieldWriter(ByteWriter writer) => _writer = writer;

    /// <summary>A field of raw bytes.</summary>
    public void Bytes(ulong tag, ReadOnlySpan<byte> value)
    {
        _writer.Varint(tag);
        _writer.LengthPrefixed(value);
    }

    /// <summary>A field that holds an unsigned number.</summary>
    public void Number(ulong tag, ulong value)
    {
        ByteWriter number = new(16);
        number.Varint(value);
        Bytes(tag, number.Written);
    }

    /// <summary>A field that holds UTF-8 text.</summary>
    public void Text(ulong tag, string value) => Bytes(tag, Encoding.UTF8.GetBytes(value));
}
