using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Abi;

/// <summary><c>enum fuse_notify_code</c> of include/uapi/linux/fuse.h, since ABI 7.12. Stands where a reply has its
/// error.</summary>
internal enum FuseNotifyCode
{
    InvalidateInode = 2,
    InvalidateEntry = 3,
    Store = 4,
}

/// <summary><c>struct fuse_notify_inval_inode_out</c> of include/uapi/linux/fuse.h, since ABI 7.12. 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseNotifyInvalInodeOut
{
    public ulong NodeId;
    public long Offset;
    public long Length;
}

/// <summary><c>struct fuse_notify_inval_entry_out</c> of include/uapi/linux/fuse.h, since ABI 7.12. 16 bytes, then the
/// name and a NUL.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseNotifyInvalEntryOut
{
    public ulong Parent;
    public uint NameLength;
    public uint Flags;
}

/// <summary><c>struct fuse_notify_store_out</c> of include/uapi/linux/fuse.h, since ABI 7.15. 24 bytes, then the data.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseNotifyStoreOut
{
    public ulong NodeId;
    public ulong Offset;
    public uint Size;
    public uint Padding;
}
