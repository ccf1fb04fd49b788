using System.Runtime.InteropServices;

namespace SnapFs.Compression;

/// <summary>Owns a <c>ZSTD_CCtx</c>.</summary>
internal sealed class SafeZstdCompressionHandle : SafeHandle
{
    public SafeZstdCompressionHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => Interop.Libzstd.ZSTD_freeCCtx(handle) == 0;
}
