using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Abi;

/// <summary><c>struct fuse_statx_in</c> of include/uapi/linux/fuse.h, since ABI 7.39. 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseStatXIn
{
    public readonly uint GetAttrFlags;
    public readonly uint Reserved;
    public readonly ulong FileHandle;
    public readonly uint StatXFlags;
    public readonly uint StatXMask;
}

/// <summary><c>struct fuse_sx_time</c> of include/uapi/linux/fuse.h, since ABI 7.39. 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseStatXTime
{
    public long Seconds;
    public uint Nanoseconds;
    public int Reserved;
}

/// <summary><c>struct fuse_statx</c> of include/uapi/linux/fuse.h, since ABI 7.39. 256 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseStatX
{
    public uint Mask;
    public uint BlockSize;
    public ulong Attributes;
    public uint Links;
    public uint UserId;
    public uint GroupId;
    public ushort Mode;
    public ushort Spare0;
    public ulong Inode;
    public ulong Size;
    public ulong Blocks;
    public ulong AttributesMask;
    public FuseStatXTime Access;
    public FuseStatXTime Birth;
    public FuseStatXTime Changed;
    public FuseStatXTime Modified;
    public uint DeviceMajor;
    public uint DeviceMinor;
    public uint FileSystemMajor;
    public uint FileSystemMinor;
    public FuseStatXSpare Spare2;
}

/// <summary><c>fuse_statx.__spare2</c>.</summary>
[InlineArray(14)]
internal struct FuseStatXSpare
{
    private ulong _first;
}

/// <summary><c>struct fuse_statx_out</c> of include/uapi/linux/fuse.h, since ABI 7.39. 288 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseStatXOut
{
    public ulong AttributesValid;
    public uint AttributesValidNanoseconds;
    public uint Flags;
    public ulong Spare0;
    public ulong Spare1;
    public FuseStatX Stat;
}
