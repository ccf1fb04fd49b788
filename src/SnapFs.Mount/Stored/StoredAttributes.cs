using SnapFs.Mount.Nodes;
using SnapFs.Mount.Owners;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>What <c>stat</c> shows of archived nodes.</summary>
internal sealed class StoredAttributes(MountOptions options, OwnerMap owners, AccessControl access)
{
    internal NodeAttributes Of(in ResolvedNode resolved)
    {
        ref readonly NodeView node = ref resolved.Node;
        (uint user, uint group) = resolved.Page is { } page
            ? (owners.User(page, node.UserId), owners.Group(page, node.GroupId))
            : OwnersOfRoot(resolved.Snapshot, in node);
        return new NodeAttributes(
            Inode(in resolved),
            node.Type,
            options.AllowOther ? access.ModeOf(in resolved) : node.Mode,
            node.LinkCount,
            user,
            group,
            node.Size,
            node.Extents.IsEmpty ? node.Size : DataBytes(in node),
            node.DeviceNumber,
            node.Modified,
            node.Changed,
            node.HasBirth ? node.Birth : null);
    }

    private static ulong Inode(in ResolvedNode resolved) =>
        resolved.Owner is DirectorySlot slot && (resolved.Node.LinkCount <= 1 || resolved.Node.Type == NodeType.Directory)
            ? InodeNumber.OfEntry(slot.InodeSeed, resolved.Ordinal, slot.Leaves.Total)
            : InodeNumber.Of(resolved.Snapshot.Seed, in resolved.Node);

    private (uint User, uint Group) OwnersOfRoot(SnapshotView snapshot, in NodeView root)
    {
        SnapshotBody body = snapshot.Body;
        return (
            owners.Map(root.UserId, body.RootUser.Span, isUser: true).Id,
            owners.Map(root.GroupId, body.RootGroup.Span, isUser: false).Id);
    }

    private static long DataBytes(in NodeView node)
    {
        long bytes = 0;
        ExtentReader extents = new(node.Extents, node.Size);
        while (extents.Next())
        {
            bytes += extents.Current.Length;
        }

        return bytes;
    }
}
