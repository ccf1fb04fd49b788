using SnapFs.Binary;

namespace SnapFs.Testing.Volumes;

/// <summary>A stream of pieces that are made while it is read, so that its length needs no memory.</summary>
public sealed class PieceStream(IEnumerable<ReadOnlyMemory<byte>> pieces) : ForwardStream
{
    private readonly IEnumerator<ReadOnlyMemory<byte>> _pieces = pieces.GetEnumerator();
    private ReadOnlyMemory<byte> _piece;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = 0;
        while (read < buffer.Length)
        {
            if (_piece.IsEmpty)
            {
                if (!_pieces.MoveNext())
                {
                    break;
                }

                _piece = _pieces.Current;
            }

            int count = Math.Min(_piece.Length, buffer.Length - read);
            _piece.Span[..count].CopyTo(buffer[read..]);
            _piece = _piece[count..];
            read += count;
        }

        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _pieces.Dispose();
        base.Dispose(disposing);
    }
}
