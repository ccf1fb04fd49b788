using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Abi;

/// <summary><c>struct fuse_read_in</c> of include/uapi/linux/fuse.h, since ABI 7.9; READDIR and READDIRPLUS too.
/// 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseReadIn
{
    public readonly ulong FileHandle;
    public readonly ulong Offset;
    public readonly uint Size;
    public readonly uint ReadFlags;
    public readonly ulong LockOwner;
    public readonly uint Flags;
    public readonly uint Padding;
}

/// <summary><c>struct fuse_forget_in</c> of include/uapi/linux/fuse.h. 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseForgetIn
{
    public readonly ulong Lookups;
}

/// <summary><c>struct fuse_batch_forget_in</c> of include/uapi/linux/fuse.h, since ABI 7.16. 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseBatchForgetIn
{
    public readonly uint Count;
    public readonly uint Padding;
}

/// <summary><c>struct fuse_forget_one</c> of include/uapi/linux/fuse.h, since ABI 7.16. 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseForgetOne
{
    public readonly ulong NodeId;
    public readonly ulong Lookups;
}

/// <summary><c>struct fuse_interrupt_in</c> of include/uapi/linux/fuse.h, since ABI 7.4. 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseInterruptIn
{
    public readonly ulong Unique;
}

/// <summary><c>struct fuse_getxattr_in</c> of include/uapi/linux/fuse.h; LISTXATTR too. 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseGetXattrIn
{
    public readonly uint Size;
    public readonly uint Padding;
}

/// <summary><c>struct fuse_lseek_in</c> of include/uapi/linux/fuse.h, since ABI 7.24. 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseLSeekIn
{
    public readonly ulong FileHandle;
    public readonly ulong Offset;
    public readonly uint Whence;
    public readonly uint Padding;
}
