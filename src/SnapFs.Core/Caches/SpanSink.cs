namespace SnapFs.Caches;

/// <summary>Copies the pieces of a range into memory.</summary>
/// <param name="destination">As long as the range.</param>
public ref struct SpanSink(Span<byte> destination) : IContentSink
{
    private Span<byte> _left = destination;

    /// <inheritdoc/>
    public void Chunk(ChunkLease lease, int offset, int length)
    {
        Bytes(lease.Span.Slice(offset, length));
        lease.Dispose();
    }

    /// <inheritdoc/>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_left);
        _left = _left[bytes.Length..];
    }

    /// <inheritdoc/>
    public void Zeros(int length)
    {
        _left[..length].Clear();
        _left = _left[length..];
    }
}
