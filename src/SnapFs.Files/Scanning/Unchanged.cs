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
    public static bool IsContent(WalkServices services, in NodeView node, in FileStat stat) =>
        (node.Inode == stat.Inode || services.IgnoreInode)
        && node.Modified == stat.Modified
        && (node.Changed == stat.Changed || services.IgnoreChangeTime)
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
        && node.Inode == stat.Inode
        && node.Changed == stat.Changed
        && node.HasBirth == stat.HasBirth
        && (!node.HasBirth || node.Birth == stat.Birth);

    /// <summary>Whether all chunks of a node may be relied on.</summary>
    public static bool IsStored(WalkServices services, in NodeView node)
    {
        if (services.MayInherit)
        {
            return true;
        }

        StoredCheck check = new(services.Sink);
        try
        {
            bool isStored = NodeReferences.Visit(in node, ref check);
            if (check.IsLost)
            {
                services.CountLost();
            }

            return isStored;
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
        {
            return false; // whatever wrote this node, the file is read again
        }
    }

    private static bool IsDevice(NodeType type) => type is NodeType.CharacterDevice or NodeType.BlockDevice;

    private struct StoredCheck(IChunkSink sink) : IReferenceVisitor
    {
        public bool IsLost { get; private set; }

        public bool Page(in ChunkRef page) => Contains(ChunkKind.Tree, in page);

        public bool Data(in ChunkRef chunk) => Contains(ChunkKind.Data, in chunk);

        /// <summary>A writer cannot read the lists below: the file is read again.</summary>
        public readonly bool List(in ChunkRef list, int level, out ReadOnlyMemory<byte> bytes)
        {
            bytes = default;
            return false;
        }

        private bool Contains(ChunkKind kind, in ChunkRef chunk)
        {
            IsLost |= !sink.Contains(kind, chunk.Id);
            return !IsLost;
        }
    }
}
