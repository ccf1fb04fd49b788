namespace SnapFs.Trees;

/// <summary>Says whether two nodes are one version. The commands that compare snapshots and the mount say the same.</summary>
public static class NodeComparison
{
    /// <summary>How two nodes differ, without what is below them; null if they do not.</summary>
    /// <remarks>Times of the last status change and inode numbers do not count: a copy that was put back is what it was.</remarks>
    public static Difference? Differ(in NamedNode left, in NamedNode right)
    {
        ref readonly NodeView a = ref left.Node;
        ref readonly NodeView b = ref right.Node;
        return a.Type != b.Type ? Difference.Type
            : !SameContent(in a, in b) ? Difference.Content
            : !SameAccessList(in a, in b) ? Difference.AccessList
            : !SameMetadata(in left, in right) ? Difference.Metadata
            : null;
    }

    /// <summary>A number that nodes which do not differ have in common.</summary>
    public static int HashOf(in NodeView node) => HashCode.Combine(node.Type, node.Mode, node.UserId, node.GroupId, node.Modified);

    private static bool SameContent(in NodeView a, in NodeView b) => a.Type switch
    {
        NodeType.File => a.Size == b.Size
            && a.ContentForm == b.ContentForm
            && a.Inline.SequenceEqual(b.Inline)
            && a.ChunkList.SequenceEqual(b.ChunkList)
            && a.Extents.SequenceEqual(b.Extents),
        NodeType.Symlink => a.Target.SequenceEqual(b.Target),
        NodeType.BlockDevice or NodeType.CharacterDevice => a.DeviceNumber == b.DeviceNumber,
        _ => true,
    };

    private static bool SameAccessList(in NodeView a, in NodeView b)
    {
        AfsNodeCodec.TryRead(a.Extensions, out AfsNode afs);
        AfsNodeCodec.TryRead(b.Extensions, out AfsNode other);
        return afs.AccessList.SequenceEqual(other.AccessList);
    }

    private static bool SameMetadata(in NamedNode left, in NamedNode right)
    {
        ref readonly NodeView a = ref left.Node;
        ref readonly NodeView b = ref right.Node;
        return a.Mode == b.Mode
            && a.UserId == b.UserId
            && a.GroupId == b.GroupId
            && a.Modified == b.Modified
            && a.Xattrs.SequenceEqual(b.Xattrs)
            && left.User.SequenceEqual(right.User)
            && left.Group.SequenceEqual(right.Group);
    }
}

/// <summary>A node with the names of its owners, which its page has for it.</summary>
public ref struct NamedNode
{
    /// <summary>The node.</summary>
    public NodeView Node;

    /// <summary>The archived name of its owner, raw; empty if it had none.</summary>
    public ReadOnlySpan<byte> User;

    /// <summary>The archived name of its group, raw; empty if it had none.</summary>
    public ReadOnlySpan<byte> Group;

    /// <summary>A node of a leaf.</summary>
    public static NamedNode Of(TreePage page, int index)
    {
        NodeView node = page.Node(index);
        return new NamedNode { Node = node, User = page.UserName(node.UserId), Group = page.GroupName(node.GroupId) };
    }
}
