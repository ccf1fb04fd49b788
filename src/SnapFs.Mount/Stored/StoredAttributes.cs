using SnapFs.Mount.Nodes;
using SnapFs.Mount.Owners;
using SnapFs.Owners;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>What <c>stat</c> shows of archived nodes.</summary>
internal sealed class StoredAttributes(OwnerMap owners, AccessControl access)
{
    /// <summary>What <c>stat</c> shows of a node.</summary>
    /// <param name="resolved">The node.</param>
    /// <param name="lifetime">How long a kernel may keep it.</param>
    internal NodeAttributes Of(in ResolvedNode resolved, out CacheLifetime lifetime)
    {
        long mark = owners.Mark;
        ref readonly NodeView node = ref resolved.Node;
        (MappedOwner user, MappedOwner group) = access.OwnersOf(in resolved);
        uint mode = access.ModeOf(in resolved);
        lifetime = access.LifetimeOf(in resolved);
        if (lifetime != CacheLifetime.None && !owners.IsCertainSince(mark))
        {
            lifetime = CacheLifetime.Short;
        }

        return new NodeAttributes(
            Inode(in resolved),
            node.Type,
            mode,
            node.LinkCount,
            user.Id,
            group.Id,
            node.Size,
            node.Extents.IsEmpty ? node.Size : DataBytes(in node),
            node.DeviceNumber,
            node.Modified,
            node.Changed,
            node.HasBirth ? node.Birth : null);
    }

    /// <summary>The inode number of a node.</summary>
    internal static ulong Inode(in ResolvedNode resolved) =>
        resolved.Owner is DirectorySlot slot && (resolved.Node.LinkCount <= 1 || resolved.Node.Type == NodeType.Directory)
            ? InodeNumber.OfEntry(slot.InodeSeed, resolved.Ordinal, slot.Leaves.Total)
            : InodeNumber.Of(resolved.Snapshot.Seed, in resolved.Node);

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
