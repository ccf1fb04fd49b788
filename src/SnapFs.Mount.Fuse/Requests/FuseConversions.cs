using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Nodes;
using SnapFs.Trees;

namespace SnapFs.Mount.Fuse.Requests;

/// <summary>Nodes in the kernel's terms.</summary>
internal static class FuseConversions
{
    /// <summary>Ten years. The kernel clamps what it cannot count.</summary>
    private const ulong ForeverSeconds = 315_360_000;

    /// <summary>Five minutes: then users are looked up again, and access lists are asked for again too.</summary>
    private const ulong UsersSeconds = 300;

    /// <summary>The block size that <c>stat</c> recommends for copying: a chunk's worth.</summary>
    private const uint PreferredBlock = 128 * 1024;

    internal static Errno ToErrno(MountStatus status) => status switch
    {
        MountStatus.Done => Errno.None,
        MountStatus.NotFound => Errno.ENOENT,
        MountStatus.Denied => Errno.EACCES,
        MountStatus.NotADirectory => Errno.ENOTDIR,
        MountStatus.IsADirectory => Errno.EISDIR,
        MountStatus.Stale => Errno.ESTALE,
        MountStatus.NoAttribute => Errno.ENODATA,
        MountStatus.NotSupported => Errno.EOPNOTSUPP,
        MountStatus.PastTheEnd => Errno.ENXIO,
        _ => Errno.EINVAL,
    };

    internal static FuseEntryOut ToEntry(in NodeEntry entry)
    {
        bool isNameForever = entry.Lifetime == CacheLifetime.WhileUsersStay;
        return new FuseEntryOut
        {
            NodeId = entry.NodeId,
            Generation = entry.Generation,
            EntryValid = isNameForever ? ForeverSeconds : SecondsOf(entry.Lifetime),
            AttributesValid = SecondsOf(entry.Lifetime),
            Attributes = ToAttributes(in entry.Attributes),
        };
    }

    /// <summary>An entry that says for ever that a name does not exist.</summary>
    internal static FuseEntryOut NeverExists() => new() { EntryValid = ForeverSeconds };

    internal static FuseAttrOut ToAttributesReply(in NodeEntry entry) => new()
    {
        AttributesValid = SecondsOf(entry.Lifetime),
        Attributes = ToAttributes(in entry.Attributes),
    };

    internal static FuseStatXOut ToStatX(in NodeEntry entry)
    {
        ref readonly NodeAttributes node = ref entry.Attributes;
        const uint basic = 0x7FF; // STATX_BASIC_STATS
        const uint birth = 0x800; // STATX_BTIME
        return new FuseStatXOut
        {
            AttributesValid = SecondsOf(entry.Lifetime),
            Stat = new FuseStatX
            {
                Mask = basic | (node.Birth is null ? 0 : birth),
                BlockSize = PreferredBlock,
                Links = node.Links,
                UserId = node.UserId,
                GroupId = node.GroupId,
                Mode = (ushort)ModeOf(in node),
                Inode = node.Inode,
                Size = (ulong)node.Size,
                Blocks = BlocksOf(in node),
                Access = ToTime(node.Modified),
                Birth = ToTime(node.Birth ?? default),
                Changed = ToTime(node.Changed),
                Modified = ToTime(node.Modified),
                DeviceMajor = (uint)(node.DeviceNumber >> 32),
                DeviceMinor = (uint)(node.DeviceNumber & uint.MaxValue),
            },
        };
    }

    /// <summary><c>DT_*</c> of dirent.h.</summary>
    internal static uint DirectoryTypeOf(NodeType type) => TypeBitsOf(type) >> 12;

    private static FuseAttr ToAttributes(in NodeAttributes node) => new()
    {
        Inode = node.Inode,
        Size = (ulong)node.Size,
        Blocks = BlocksOf(in node),
        AccessTime = unchecked((ulong)node.Modified.Seconds),
        ModifiedTime = unchecked((ulong)node.Modified.Seconds),
        ChangedTime = unchecked((ulong)node.Changed.Seconds),
        AccessNanoseconds = node.Modified.Nanoseconds,
        ModifiedNanoseconds = node.Modified.Nanoseconds,
        ChangedNanoseconds = node.Changed.Nanoseconds,
        Mode = ModeOf(in node),
        Links = node.Links,
        UserId = node.UserId,
        GroupId = node.GroupId,
        DeviceNumber = EncodeDevice(node.DeviceNumber),
        BlockSize = PreferredBlock,
    };

    private static ulong SecondsOf(CacheLifetime lifetime) => lifetime switch
    {
        CacheLifetime.Forever => ForeverSeconds,
        CacheLifetime.WhileUsersStay => UsersSeconds,
        CacheLifetime.Short => 1,
        _ => 0,
    };

    private static ulong BlocksOf(in NodeAttributes node) =>
        node.Type is NodeType.File ? ((ulong)node.DataBytes + 511) / 512 : 0;

    private static uint ModeOf(in NodeAttributes node) => TypeBitsOf(node.Type) | node.Mode;

    private static FuseStatXTime ToTime(Timestamp time) =>
        new() { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };

    /// <summary><c>S_IFMT</c> bits of sys/stat.h.</summary>
    private static uint TypeBitsOf(NodeType type) => type switch
    {
        NodeType.File => 0x8000,
        NodeType.Directory => 0x4000,
        NodeType.Symlink => 0xA000,
        NodeType.CharacterDevice => 0x2000,
        NodeType.BlockDevice => 0x6000,
        NodeType.Fifo => 0x1000,
        _ => 0xC000,
    };

    /// <summary>The kernel's <c>new_encode_dev</c>: 12 bits of major number, 20 of minor.</summary>
    private static uint EncodeDevice(ulong number)
    {
        uint major = (uint)(number >> 32);
        uint minor = (uint)(number & uint.MaxValue);
        return (minor & 0xFF) | ((major & 0xFFF) << 8) | ((minor & 0xFFF00) << 12);
    }
}
