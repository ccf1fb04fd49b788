using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Abi;

/// <summary><c>struct fuse_open_out</c> of include/uapi/linux/fuse.h. 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseOpenOut
{
    /// <summary><c>FOPEN_KEEP_CACHE</c>.</summary>
    public const uint KeepCache = 1 << 1;

    /// <summary><c>FOPEN_CACHE_DIR</c>, since ABI 7.28.</summary>
    public const uint CacheDir = 1 << 3;

    public ulong FileHandle;
    public uint OpenFlags;
    public uint Padding;
}

/// <summary><c>struct fuse_getxattr_out</c> of include/uapi/linux/fuse.h. 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseGetXattrOut
{
    public uint Size;
    public uint Padding;
}

/// <summary><c>struct fuse_lseek_out</c> of include/uapi/linux/fuse.h, since ABI 7.24. 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseLSeekOut
{
    public ulong Offset;
}

/// <summary><c>struct fuse_kstatfs</c> of include/uapi/linux/fuse.h, since ABI 7.4. 80 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseStatFsOut
{
    public ulong Blocks;
    public ulong BlocksFree;
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public uint BlockSize;
    public uint NameLength;
    public uint FragmentSize;
    public uint Padding;
    public FuseStatFsSpare Spare;
}

/// <summary><c>fuse_kstatfs.spare</c>.</summary>
[InlineArray(6)]
internal struct FuseStatFsSpare
{
    private uint _first;
}

/// <summary><c>struct fuse_dirent</c> of include/uapi/linux/fuse.h, without the name. 24 bytes; the whole record is
/// padded to a multiple of 8.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseDirent
{
    public ulong Inode;
    public ulong Offset;
    public uint NameLength;
    public uint Type;
}
