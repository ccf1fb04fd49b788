using System.Runtime.InteropServices;

namespace SnapFs.Compression;

/// <summary>Owns a <c>ZSTD_DCtx</c>.</summary>
internal sealed class SafeZstdDecompressionHandle : SafeHandle
{
    public SafeZstdDecompressionHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => Interop.Libzstd.ZSTD_freeDCtx(handle) == 0;
}
