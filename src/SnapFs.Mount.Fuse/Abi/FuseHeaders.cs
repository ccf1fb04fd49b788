using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Abi;

/// <summary><c>struct fuse_in_header</c> of include/uapi/linux/fuse.h, ABI 7.31 (the last word was divided in 7.38).
/// 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FuseInHeader
{
    public readonly uint Length;
    public readonly FuseOpcode Opcode;
    public readonly ulong Unique;
    public readonly ulong NodeId;
    public readonly uint UserId;
    public readonly uint GroupId;
    public readonly uint ProcessId;
    public readonly ushort TotalExtensionLength;
    public readonly ushort Padding;
}

/// <summary><c>struct fuse_out_header</c> of include/uapi/linux/fuse.h. 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseOutHeader
{
    public uint Length;
    public int Error;
    public ulong Unique;
}
