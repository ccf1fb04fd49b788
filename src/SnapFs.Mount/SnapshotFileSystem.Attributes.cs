using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Owners;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount;

/// <content>What <c>stat</c>, <c>readlink</c> and <c>getxattr</c> show.</content>
public sealed partial class SnapshotFileSystem
{
    /// <summary>The attributes of a node. Counts no look-up.</summary>
    public MountStatus GetAttributes(ulong nodeId, out NodeEntry entry)
    {
        if (FindPlace(nodeId) is { } place)
        {
            entry = Describe(place);
            return MountStatus.Done;
        }

        MountStatus status = Resolve(nodeId, out ResolvedNode resolved);
        entry = status == MountStatus.Done
            ? new NodeEntry(nodeId, resolved.Generation, CacheLifetime.Forever, Describe(in resolved))
            : default;
        return status;
    }

    /// <summary>The raw target of a symlink.</summary>
    public MountStatus ReadLink(ulong nodeId, out ReadOnlySpan<byte> target)
    {
        target = default;
        if (FindPlace(nodeId) is { } place)
        {
            target = place.Target;
            return place.Target is null ? MountStatus.Invalid : MountStatus.Done;
        }

        MountStatus status = Resolve(nodeId, out ResolvedNode resolved);
        if (status != MountStatus.Done)
        {
            return status;
        }

        target = resolved.Node.Target;
        return resolved.Node.Type == NodeType.Symlink ? MountStatus.Done : MountStatus.Invalid;
    }

    /// <summary>The value of an extended attribute. Where other users may enter, an access list is narrowed to what
    /// is certain here (<see cref="PosixAcl"/>).</summary>
    public MountStatus GetXattr(ulong nodeId, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (VolumeXattrs.Covers(name))
        {
            return GetVolumeXattr(nodeId, name, out value);
        }

        if (name.StartsWith(PosixAcl.Prefix) && TryEnforce(nodeId, out byte[]? enforced))
        {
            value = name.SequenceEqual(PosixAcl.AccessName) ? enforced : null;
            return value.IsEmpty ? MountStatus.NoAttribute : MountStatus.Done;
        }

        MountStatus status = ResolveXattrs(nodeId, out ResolvedNode resolved);
        if (status != MountStatus.Done)
        {
            return status;
        }

        if (!_options.AllowOther && !resolved.Snapshot.Head.HasAcls && name.StartsWith(PosixAcl.Prefix))
        {
            // ls -l asks for the access list of every file until it hears that this file system has none.
            return MountStatus.NotSupported;
        }

        if (!_options.AllowOther && XattrCensus.IsCounted(name))
        {
            XattrCensus census = resolved.Snapshot.Census;
            if (census.HasNone)
            {
                return MountStatus.NotSupported;
            }

            census.Start(resolved.Snapshot);
        }

        if (_options.AllowOther && name.SequenceEqual(PosixAcl.AccessName))
        {
            NarrowedMode(in resolved, out byte[]? narrowed);
            value = narrowed;
            return narrowed is null ? MountStatus.NoAttribute : MountStatus.Done;
        }

        XattrReader xattrs = new(resolved.Node.Xattrs);
        while (xattrs.Next())
        {
            if (xattrs.Name.SequenceEqual(name))
            {
                value = ValueOf(xattrs);
                return MountStatus.Done;
            }
        }

        return MountStatus.NoAttribute;
    }

    /// <summary>The names of all extended attributes, each followed by NUL.</summary>
    public MountStatus ListXattrs(ulong nodeId, out ReadOnlySpan<byte> names)
    {
        names = default;
        MountStatus status = ResolveXattrs(nodeId, out ResolvedNode resolved);
        if (status != MountStatus.Done || resolved.Node.Xattrs.IsEmpty)
        {
            return status;
        }

        using MemoryStream list = new();
        XattrReader xattrs = new(resolved.Node.Xattrs);
        while (xattrs.Next())
        {
            bool isGone = _options.AllowOther && xattrs.Name.SequenceEqual(PosixAcl.AccessName)
                && NarrowedMode(in resolved, out byte[]? narrowed) <= uint.MaxValue && narrowed is null;
            if (!isGone)
            {
                list.Write(xattrs.Name);
                list.WriteByte(0);
            }
        }

        names = list.ToArray();
        return MountStatus.Done;
    }

    /// <summary>The layout's own node with an id; null if the id is of an archived node.</summary>
    private VirtualNode? FindPlace(ulong nodeId) =>
        NodeIds.SlotOf(nodeId) == NodeIds.LayoutSlot && _layout.Find(nodeId) is { Snapshot: null } place ? place : null;

    private MountStatus GetVolumeXattr(ulong nodeId, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (FindPlace(nodeId) is not null)
        {
            return MountStatus.NoAttribute;
        }

        MountStatus status = Resolve(nodeId, out ResolvedNode resolved);
        if (status != MountStatus.Done)
        {
            return status;
        }

        SnapshotHead head = resolved.Snapshot.Head;
        byte[]? found = head.Volume is { } volume ? VolumeXattrs.ValueOf(name, volume, head.Dump, in resolved.Node) : null;
        value = found;
        return found is null ? MountStatus.NoAttribute : MountStatus.Done;
    }

    private MountStatus ResolveXattrs(ulong nodeId, out ResolvedNode resolved)
    {
        resolved = default;
        // "Not supported" keeps ls from asking for each file when the snapshot has none at all. Where the kernel enforces
        // access lists, it would take that for a refusal.
        MountStatus none = _options.AllowOther ? MountStatus.NoAttribute : MountStatus.NotSupported;
        if (FindPlace(nodeId) is not null)
        {
            return none;
        }

        MountStatus status = Resolve(nodeId, out resolved);
        return status == MountStatus.Done && !resolved.Snapshot.Head.HasXattrs ? none : status;
    }

    private ReadOnlySpan<byte> ValueOf(XattrReader xattrs)
    {
        if (!xattrs.IsExternal)
        {
            return xattrs.Value;
        }

        using ChunkLease lease = _frames.Acquire(ChunkKind.Data, xattrs.External.Id);
        return lease.Span.ToArray();
    }

    private NodeEntry Describe(VirtualNode place)
    {
        (NodeType type, uint mode) = place switch
        {
            { IsDirectory: true } => (NodeType.Directory, place.IsHidden ? 0x140U : 0x16DU), // 0500, 0555
            { Target: not null } => (NodeType.Symlink, 0x1FFU), // 0777
            _ => (NodeType.File, place.IsHidden ? 0x100U : 0x124U), // 0400, 0444
        };
        long size = place.Target?.Length ?? place.Content?.Length ?? place.Dump?.Length ?? 0;
        CacheLifetime lifetime = place.IsHidden || place.Content is not null || !place.IsAttached
            ? CacheLifetime.None
            : CacheLifetime.Short;
        uint links = place.Children is { } children ? 2 + (uint)children.ById.Count(child => child.Target is null) : 1;
        NodeAttributes attributes = new(
            place.Inode, type, mode, links, _options.UserId, _options.GroupId, size, size, 0, place.Modified, place.Modified, null);
        return new NodeEntry(place.Id, 0, lifetime, in attributes);
    }

    private NodeAttributes Describe(in ResolvedNode resolved)
    {
        ref readonly NodeView node = ref resolved.Node;
        (uint user, uint group) = resolved.Page is { } page
            ? (_owners.User(page, node.UserId), _owners.Group(page, node.GroupId))
            : OwnersOfRoot(resolved.Snapshot, in node);
        uint mode = node.Mode;
        if (AccessTo(in resolved) is { } access)
        {
            mode = access.Enforce(in node, OwnerOf(in resolved), _options.UserId, out _);
        }
        else if (_options.AllowOther && !node.Xattrs.IsEmpty)
        {
            mode = NarrowedMode(in resolved, out _);
        }

        return new NodeAttributes(
            Inode(in resolved),
            node.Type,
            mode,
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
            _owners.Map(root.UserId, body.RootUser.Span, isUser: true).Id,
            _owners.Map(root.GroupId, body.RootGroup.Span, isUser: false).Id);
    }

    private uint NarrowedMode(in ResolvedNode resolved, out byte[]? narrowed)
    {
        TreePage? page = resolved.Page;
        XattrReader xattrs = new(resolved.Node.Xattrs);
        while (xattrs.Next())
        {
            if (xattrs.Name.SequenceEqual(PosixAcl.AccessName))
            {
                return PosixAcl.Narrow(
                    ValueOf(xattrs), resolved.Node.Mode, (id, isUser) => Prove(page, id, isUser), out narrowed);
            }
        }

        narrowed = null;
        return resolved.Node.Mode;
    }

    /// <summary>The number here of an owner named in an access list, if the page holds a name that proves it.</summary>
    private uint? Prove(TreePage? page, uint id, bool isUser)
    {
        if (page is null)
        {
            return null;
        }

        (uint mapped, bool isByName) = _owners.Map(id, isUser ? page.UserName(id) : page.GroupName(id), isUser);
        return isByName ? mapped : null;
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
