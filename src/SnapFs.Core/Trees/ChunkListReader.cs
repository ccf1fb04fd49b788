using SnapFs.Binary;
using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>
/// Walks a chunk list: <c>level</c>, then references. At level 0 they are data chunks; above, tree chunks that hold
/// further lists, one level lower.
/// </summary>
public ref struct ChunkListReader
{
    private ByteReader _reader;

    /// <param name="list"><see cref="NodeView.ChunkList"/>, or the bytes of a list chunk.</param>
    public ChunkListReader(ReadOnlySpan<byte> list)
    {
        _reader = new ByteReader(list);
        Level = _reader.Byte();
        if (Level > TreeLimits.MaxLevels)
        {
            throw new InvalidEncodingException($"a chunk list has level {Level}");
        }
    }

    /// <summary>0: data chunks. Above: lists.</summary>
    public int Level { get; }

    /// <summary>The reference that <see cref="Next"/> moved to.</summary>
    public ChunkRef Current { get; private set; }

    /// <summary>Moves to the next reference; false at the end.</summary>
    public bool Next()
    {
        if (_reader.Remaining == 0)
        {
            return false;
        }

        ChunkId id = ChunkId.Read(_reader.Bytes(ChunkId.Length));
        long length = _reader.VarintInt64();
        if (length == 0)
        {
            throw new InvalidEncodingException("a chunk list refers to an empty chunk");
        }

        Current = new ChunkRef(id, length);
        return true;
    }

    /// <summary>Appends one list.</summary>
    public static void Write(ByteWriter writer, int level, ReadOnlySpan<ChunkRef> chunks)
    {
        writer.Byte((byte)level);
        foreach (ref readonly ChunkRef chunk in chunks)
        {
            writer.Bytes(chunk.Id.Span);
            writer.Varint(chunk.Length);
        }
    }
}
