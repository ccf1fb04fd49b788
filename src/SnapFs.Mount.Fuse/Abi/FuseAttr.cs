using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Abi;

/// <summary><c>struct fuse_attr</c> of include/uapi/linux/fuse.h, since ABI 7.9. 88 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseAttr
{
    public ulong Inode;
    public ulong Size;
    public ulong Blocks;
    public ulong AccessTime;
    public ulong ModifiedTime;
    public ulong ChangedTime;
    public uint AccessNanoseconds;
    public uint ModifiedNanoseconds;
    public uint ChangedNanoseconds;
    public uint Mode;
    public uint Links;
    public uint UserId;
    public uint GroupId;
    public uint DeviceNumber;
    public uint BlockSize;
    public uint Flags;
}

/// <summary><c>struct fuse_attr_out</c> of include/uapi/linux/fuse.h, since ABI 7.9. 104 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseAttrOut
{
    public ulong AttributesValid;
    public uint AttributesValidNanoseconds;
    public uint Padding;
    public FuseAttr Attributes;
}

/// <summary><c>struct fuse_entry_out</c> of include/uapi/linux/fuse.h, since ABI 7.9. 128 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseEntryOut
{
    public ulong NodeId;
    public ulong Generation;
    public ulong EntryValid;
    public ulong AttributesValid;
    public uint EntryValidNanoseconds;
    public uint AttributesValidNanoseconds;
    public FuseAttr Attributes;
}
