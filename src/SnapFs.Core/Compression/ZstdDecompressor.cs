namespace SnapFs.Compression;

/// <summary>Decompresses zstd frames, keeping the working memory between calls. Not safe for concurrent use: one a thread,
/// see <see cref="ForThread"/>.</summary>
public sealed class ZstdDecompressor : IDisposable
{
    [ThreadStatic]
    private static ZstdDecompressor? _ofThread;

    private readonly SafeZstdDecompressionHandle _context;

    /// <exception cref="MissingLibraryException">libzstd could not be loaded.</exception>
    public ZstdDecompressor()
    {
        _context = Interop.Libzstd.ZSTD_createDCtx();
        if (_context.IsInvalid)
        {
            throw new InsufficientMemoryException("There is no memory for decompression.");
        }
    }

    /// <summary>The decompressor of this thread, made when it is first asked for and freed after the thread has ended.
    /// </summary>
    /// <remarks>The caller does not dispose it.</remarks>
    public static ZstdDecompressor ForThread => _ofThread ??= new ZstdDecompressor();

    /// <summary>Decompresses hostile bytes: never writes past the destination, and allocates nothing that they ask for.
    /// </summary>
    /// <param name="source">The zstd frame.</param>
    /// <param name="destination">Exactly as long as what the frame must hold.</param>
    /// <returns>False when the bytes are no whole frame, or hold less or more than the destination takes; then the
    /// destination's content is undefined.</returns>
    public bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        nuint result = Interop.Libzstd.ZSTD_decompressDCtx(
            _context, destination, (nuint)destination.Length, source, (nuint)source.Length);
        if (Interop.Libzstd.ZSTD_isError(result) == 0)
        {
            return result == (nuint)destination.Length;
        }

        if (Interop.Libzstd.ZSTD_getErrorCode(result) == Interop.Libzstd.ZSTD_error_memory_allocation)
        {
            throw new InsufficientMemoryException("There is no memory for decompression.");
        }

        return false;
    }

    /// <summary>Frees the working memory.</summary>
    public void Dispose() => _context.Dispose();
}
