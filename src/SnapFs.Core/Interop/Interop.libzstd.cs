using System.Runtime.InteropServices;
using SnapFs.Compression;

namespace SnapFs;

internal static partial class Interop
{
    /// <summary>libzstd 1.5.7, the one that the package ZstdNet brings.</summary>
    internal static partial class Libzstd
    {
        internal const int ZSTD_error_memory_allocation = 64;
        internal const int ZSTD_error_dstSize_tooSmall = 70;

        static Libzstd() => NativeLibraries.EnsureResolver();

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial nint ZSTD_versionString();

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial nuint ZSTD_compressBound(nuint srcSize);

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial uint ZSTD_isError(nuint code);

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial int ZSTD_getErrorCode(nuint functionResult);

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial SafeZstdCompressionHandle ZSTD_createCCtx();

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial nuint ZSTD_freeCCtx(nint cctx);

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial nuint ZSTD_compressCCtx(
            SafeZstdCompressionHandle cctx,
            Span<byte> dst,
            nuint dstCapacity,
            ReadOnlySpan<byte> src,
            nuint srcSize,
            int compressionLevel);

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial SafeZstdDecompressionHandle ZSTD_createDCtx();

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial nuint ZSTD_freeDCtx(nint dctx);

        [LibraryImport(NativeLibraries.Zstd)]
        internal static partial nuint ZSTD_decompressDCtx(
            SafeZstdDecompressionHandle dctx,
            Span<byte> dst,
            nuint dstCapacity,
            ReadOnlySpan<byte> src,
            nuint srcSize);
    }
}
