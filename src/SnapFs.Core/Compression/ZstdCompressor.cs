namespace SnapFs.Compression;

/// <summary>Compresses with zstd, keeping the working memory between calls. Not safe for concurrent use: one a thread,
/// see <see cref="ForThread"/>.</summary>
public sealed class ZstdCompressor : IDisposable
{
    /// <summary>The fastest level that is accepted.</summary>
    public const int MinLevel = -7;

    /// <summary>The strongest level that is accepted; the ones above need much memory, and again to read.</summary>
    public const int MaxLevel = 19;

    [ThreadStatic]
    private static ZstdCompressor? _ofThread;

    private readonly SafeZstdCompressionHandle _context;

    /// <exception cref="MissingLibraryException">libzstd could not be loaded.</exception>
    public ZstdCompressor()
    {
        _context = Interop.Libzstd.ZSTD_createCCtx();
        if (_context.IsInvalid)
        {
            throw new InsufficientMemoryException("There is no memory for compression.");
        }
    }

    /// <summary>The compressor of this thread, made when it is first asked for and freed after the thread has ended.</summary>
    /// <remarks>The caller does not dispose it.</remarks>
    public static ZstdCompressor ForThread => _ofThread ??= new ZstdCompressor();

    /// <summary>The most bytes that <paramref name="length"/> bytes become.</summary>
    public static int MaxCompressedLength(int length) =>
        checked((int)Interop.Libzstd.ZSTD_compressBound(checked((nuint)length)));

    /// <summary>Compresses <paramref name="source"/> into one zstd frame.</summary>
    /// <param name="source">What to compress.</param>
    /// <param name="level"><see cref="MinLevel"/> to <see cref="MaxLevel"/>.</param>
    /// <param name="destination">Where to; its length may be the most that is worth storing.</param>
    /// <param name="written">The length of the frame, bytes.</param>
    /// <returns>False when the frame is longer than <paramref name="destination"/>.</returns>
    public bool TryCompress(ReadOnlySpan<byte> source, int level, Span<byte> destination, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, MinLevel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        nuint result = Interop.Libzstd.ZSTD_compressCCtx(
            _context, destination, (nuint)destination.Length, source, (nuint)source.Length, level);
        if (Interop.Libzstd.ZSTD_isError(result) == 0)
        {
            written = checked((int)result);
            return true;
        }

        written = 0;
        return Interop.Libzstd.ZSTD_getErrorCode(result) switch
        {
            Interop.Libzstd.ZSTD_error_dstSize_tooSmall => false,
            Interop.Libzstd.ZSTD_error_memory_allocation =>
                throw new InsufficientMemoryException("There is no memory for compression."),
            int code => throw new InvalidOperationException($"libzstd failed to compress, error {code}."),
        };
    }

    /// <summary>Frees the working memory.</summary>
    public void Dispose() => _context.Dispose();
}
