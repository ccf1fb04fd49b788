using SnapFs.Caches;

namespace SnapFs.Afs.Reading;

/// <summary>Copies the pieces of a range into memory.</summary>
internal ref struct SpanSink(Span<byte> destination) : IContentSink
{
    private Span<byte> _left = destination;

    public void Chunk(ChunkLease lease, int offset, int length)
    {
        Bytes(lease.Span.Slice(offset, length));
        lease.Dispose();
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_left);
        _left = _left[bytes.Length..];
    }

    public void Zeros(int length)
    {
        _left[..length].Clear();
        _left = _left[length..];
    }
}
