using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Abi;

/// <summary>The <c>FUSE_*</c> INIT flags of include/uapi/linux/fuse.h, ABI 7.31, that this side asks for.</summary>
[Flags]
internal enum FuseInitFlags : uint
{
    None = 0,
    AsyncRead = 1 << 0,
    ExportSupport = 1 << 4,
    DoReadDirPlus = 1 << 13,
    NoOpenSupport = 1 << 17,
    ParallelDirOps = 1 << 18,
    PosixAcl = 1 << 20,
    MaxPages = 1 << 22,
    CacheSymlinks = 1 << 23,
    NoOpenDirSupport = 1 << 24,
}

/// <summary><c>struct fuse_init_in</c> of include/uapi/linux/fuse.h, ABI 7.31. The first 16 bytes; later versions
/// append.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseInitIn
{
    public readonly uint Major;
    public readonly uint Minor;
    public readonly uint MaxReadAhead;
    public readonly uint Flags;
}

/// <summary><c>struct fuse_init_out</c> of include/uapi/linux/fuse.h, since ABI 7.28. 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseInitOut
{
    public uint Major;
    public uint Minor;
    public uint MaxReadAhead;
    public uint Flags;
    public ushort MaxBackground;
    public ushort CongestionThreshold;
    public uint MaxWrite;
    public uint TimeGranularity;
    public ushort MaxPages;
    public ushort MapAlignment;
    public uint Flags2;
    public FuseInitUnused Unused;
}

/// <summary><c>fuse_init_out.unused</c>.</summary>
[InlineArray(7)]
internal struct FuseInitUnused
{
    private uint _first;
}
