using SnapFs.Binary;

namespace SnapFs.Afs.Reading;

/// <summary>Reads front to back what can be read at any offset.</summary>
internal abstract class ReadAtStream : ForwardStream
{
    private long _position;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = ReadAt(_position, buffer);
        _position += count;
        return count;
    }

    /// <summary>Fills the buffer unless the end comes before.</summary>
    protected abstract int ReadAt(long offset, Span<byte> buffer);
}
