using SnapFs.Chunks;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Decides whether a file is what the tree before says.</summary>
internal static class Unchanged
{
    /// <summary>
    /// Whether the content is the same without reading it: type, size, times and inode are, and the times are ones
    /// that a later write would have changed. Every change of owner, mode or attributes moves the ctime too.
    /// </summary>
    public static bool IsContent(in NodeView node, in FileStat stat) =>
        node.Inode == stat.Inode
        && node.Modified == stat.Modified
        && node.Changed == stat.Changed
        && node.Type == stat.Type
        && node.Mode == stat.Mode
        && node.UserId == stat.UserId
        && node.GroupId == stat.GroupId
        && node.LinkCount == stat.LinkCount
        && (node.Type != NodeType.File || node.Size == stat.Size)
        && node.DeviceNumber == (IsDevice(node.Type) ? stat.DeviceNumber : 0)
        && (node.Extensions.IsEmpty || !RacyMark.IsIn(node.Extensions));

    /// <summary>Given <see cref="IsContent"/>: whether the whole node is the same.</summary>
    public static bool IsNode(in NodeView node, in FileStat stat) =>
        node.Device == stat.Device
        && node.HasBirth == stat.HasBirth
        && (!node.HasBirth || node.Birth == stat.Birth);

    /// <summary>Whether all chunks of a node may be relied on.</summary>
    public static bool IsStored(WalkServices services, in NodeView node)
    {
        if (services.Previous is { IsListed: true })
        {
            return true;
        }

        XattrReader xattrs = new(node.Xattrs);
        while (xattrs.Next())
        {
            if (xattrs.IsExternal && !services.Sink.Contains(ChunkKind.Data, xattrs.External.Id))
            {
                return false;
            }
        }

        if (node.Type != NodeType.File || node.ContentForm != ContentForm.Chunks)
        {
            return true;
        }

        ChunkListReader chunks = new(node.ChunkList);
        if (chunks.Level > 0)
        {
            return false; // a writer cannot read the lists below: the file is read again
        }

        while (chunks.Next())
        {
            if (!services.Sink.Contains(ChunkKind.Data, chunks.Current.Id))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDevice(NodeType type) => type is NodeType.CharacterDevice or NodeType.BlockDevice;
}
