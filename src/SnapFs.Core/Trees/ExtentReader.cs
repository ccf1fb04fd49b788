using SnapFs.Binary;

namespace SnapFs.Trees;

/// <summary>
/// Walks the data extents of a file with holes, in ascending order. The bytes of all extents, one after the other,
/// are the content of the file's chunks; what lies between them and after the last reads as zeros.
/// </summary>
public ref struct ExtentReader
{
    private ByteReader _reader;
    private readonly long _fileSize;
    private long _end;

    /// <param name="extents"><see cref="NodeView.Extents"/>.</param>
    /// <param name="fileSize"><see cref="NodeView.Size"/>; extents may not pass it.</param>
    public ExtentReader(ReadOnlySpan<byte> extents, long fileSize)
    {
        _reader = new ByteReader(extents);
        _fileSize = fileSize;
        _end = 0;
        if (_reader.Remaining > 0 && _reader.Byte() != 0)
        {
            throw new NewerFormatException("a tree", "another form of extents");
        }
    }

    /// <summary>The extent that <see cref="Next"/> moved to.</summary>
    public Extent Current { get; private set; }

    /// <summary>Moves to the next extent; false at the end.</summary>
    public bool Next()
    {
        if (_reader.Remaining == 0)
        {
            return false;
        }

        long gap = _reader.VarintInt64();
        long length = _reader.VarintInt64();
        if (length == 0 || gap > _fileSize - _end || length > _fileSize - _end - gap)
        {
            throw new InvalidEncodingException("an extent is empty or passes the end of its file");
        }

        Current = new Extent(_end + gap, length);
        _end = Current.End;
        return true;
    }

    /// <summary>Appends the list. A file that is one hole has an empty list, which is still written.</summary>
    public static void Write(ByteWriter writer, ReadOnlySpan<Extent> extents)
    {
        writer.Byte(0);
        long end = 0;
        foreach (Extent extent in extents)
        {
            writer.Varint(extent.Offset - end);
            writer.Varint(extent.Length);
            end = extent.End;
        }
    }
}
