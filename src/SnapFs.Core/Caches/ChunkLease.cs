namespace SnapFs.Caches;

/// <summary>
/// The plain bytes of one chunk inside a cached frame, verified against its id. The memory neither moves nor changes
/// until <see cref="Dispose"/>, which must be called exactly once, on one copy of this value, by any thread.
/// </summary>
public readonly unsafe struct ChunkLease : IDisposable
{
    private readonly FrameCache? _cache;
    private readonly Frame? _frame;
    private readonly byte* _pointer;

    internal ChunkLease(FrameCache cache, Frame frame, byte* pointer, int length)
    {
        _cache = cache;
        _frame = frame;
        _pointer = pointer;
        Length = length;
    }

    /// <summary>Bytes in the chunk.</summary>
    public int Length { get; }

    /// <summary>Address of the first byte, for vectored writes.</summary>
    public nint Address => (nint)_pointer;

    /// <summary>The bytes; not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Span => new(_pointer, Length);

    /// <summary>Gives the memory back to the cache, which keeps it for the next reader.</summary>
    public void Dispose()
    {
        if (_frame is not null)
        {
            _cache!.Release(_frame); // set together with _frame
        }
    }
}
