using SnapFs.Mount.Kinds;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;
using SnapFs.Trees;

namespace SnapFs.Mount.Spaces;

/// <summary>The directories and links around the snapshots, <c>.snapfs</c>, and the nodes at which archived trees begin.</summary>
internal sealed class LayoutSpace(
    MountOptions options,
    SnapshotLayout layout,
    StoredTrees trees,
    ComputedFiles computed,
    VersionsSpace versions,
    DeletedSpace deleted) : StoredSpace(trees)
{
    private readonly VirtualTree _tree = layout.Tree;

    /// <inheritdoc/>
    internal override CacheLifetime Lifetime => CacheLifetime.Short;

    /// <inheritdoc/>
    internal override MountStatus Lookup(ulong parent, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        if (FindPlace(parent) is not { } place)
        {
            return base.Lookup(parent, name, caller, out entry);
        }

        entry = default;
        if (!place.IsDirectory)
        {
            return MountStatus.NotADirectory;
        }

        layout.BeforeListing(place);
        if (_tree.ChildrenOf(place).Find(name) is not { } child || !MaySee(child, caller))
        {
            return MountStatus.NotFound;
        }

        if (child.Snapshot is { Access: not null } snapshot && !Trees.Access.MayLookUp(StoredTrees.Top(snapshot), caller))
        {
            return MountStatus.Denied;
        }

        if (child.Past is not null)
        {
            PastSpace space = child.ShowsDeleted ? deleted : versions;
            return space.LookupRoot(child, out entry);
        }

        entry = DescribeChild(child);
        _tree.AddLookup(child);
        return MountStatus.Done;
    }

    /// <inheritdoc/>
    internal override ulong ParentOf(ulong nodeId) => _tree.Find(nodeId)?.Parent?.Id ?? VirtualTree.RootId;

    /// <inheritdoc/>
    internal override MountStatus List<TSink>(ulong nodeId, ulong from, bool withNodes, uint caller, ref TSink sink)
    {
        if (FindPlace(nodeId) is not { } place)
        {
            return base.List(nodeId, from, withNodes, caller, ref sink);
        }

        if (!place.IsDirectory)
        {
            return MountStatus.NotADirectory;
        }

        if (from == 0)
        {
            layout.BeforeListing(place);
        }

        if (Dots.Add(place.Inode, (place.Parent ?? place).Inode, from, ref sink))
        {
            ListPlace(_tree.ChildrenOf(place), from, withNodes, caller, ref sink);
        }

        return MountStatus.Done;
    }

    /// <inheritdoc/>
    internal override MountStatus Describe(ulong nodeId, out NodeEntry entry)
    {
        if (FindPlace(nodeId) is not { } place)
        {
            return base.Describe(nodeId, out entry);
        }

        entry = Describe(place);
        return MountStatus.Done;
    }

    /// <inheritdoc/>
    internal override MountStatus ReadLink(ulong nodeId, out ReadOnlySpan<byte> target)
    {
        if (FindPlace(nodeId) is not { } place)
        {
            return base.ReadLink(nodeId, out target);
        }

        target = place.Target;
        return place.Target is null ? MountStatus.Invalid : MountStatus.Done;
    }

    /// <inheritdoc/>
    internal override MountStatus GetXattr(ulong nodeId, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (FindPlace(nodeId) is null)
        {
            return base.GetXattr(nodeId, name, out value);
        }

        value = default;
        return layout.MakesXattr(name) ? MountStatus.NoAttribute : Trees.Xattrs.None;
    }

    /// <inheritdoc/>
    internal override MountStatus ListXattrs(ulong nodeId, out ReadOnlySpan<byte> names)
    {
        if (FindPlace(nodeId) is null)
        {
            return base.ListXattrs(nodeId, out names);
        }

        names = default;
        return Trees.Xattrs.None;
    }

    /// <inheritdoc/>
    internal override MountStatus Read<TSink>(ulong nodeId, long offset, int length, ref TSink sink)
    {
        if (FindPlace(nodeId) is not { } place)
        {
            return base.Read(nodeId, offset, length, ref sink);
        }

        if (place.Computed is { } file)
        {
            computed.Read(file, offset, length, ref sink);
            return MountStatus.Done;
        }

        if (place.Content is not { } content)
        {
            return place.IsDirectory ? MountStatus.IsADirectory : MountStatus.Invalid;
        }

        int start = (int)Math.Min(offset, content.Length);
        sink.Bytes(content.AsSpan(start, Math.Min(length, content.Length - start)));
        return MountStatus.Done;
    }

    /// <inheritdoc/>
    internal override MountStatus Seek(ulong nodeId, long offset, bool forData, out long result)
    {
        if (FindPlace(nodeId) is null)
        {
            return base.Seek(nodeId, offset, forData, out result);
        }

        result = 0;
        return MountStatus.NotSupported;
    }

    /// <inheritdoc/>
    internal override void AddLookup(ulong nodeId)
    {
        if (_tree.Find(nodeId) is { } place)
        {
            _tree.AddLookup(place);
        }
    }

    /// <inheritdoc/>
    internal override void Forget(ulong nodeId, long count) => _tree.Forget(nodeId, count);

    /// <inheritdoc/>
    internal override string NameOf(ulong nodeId, out ulong above)
    {
        above = 0;
        return _tree.Find(nodeId)?.Path ?? Unnamed(nodeId);
    }

    private protected override MountStatus Resolve(ulong nodeId, out ResolvedNode resolved)
    {
        resolved = default;
        if (_tree.Find(nodeId) is not { } place)
        {
            return MountStatus.Stale;
        }

        if (place.Snapshot is not { } snapshot)
        {
            return MountStatus.Invalid;
        }

        resolved = StoredTrees.Top(snapshot);
        return MountStatus.Done;
    }

    private protected override ulong InodeAbove(DirectorySlot slot) =>
        _tree.Find(slot.NodeId)?.Parent?.Inode ?? slot.Inode;

    private protected override object? OwnerOf(ulong nodeId) => _tree.Find(nodeId)?.Snapshot;

    /// <summary>The layout's own node with an id; null if an archived tree begins there, or there is none.</summary>
    private VirtualNode? FindPlace(ulong nodeId) => _tree.Find(nodeId) is { Snapshot: null } place ? place : null;

    private void ListPlace<TSink>(VirtualChildren children, ulong from, bool withNodes, uint caller, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        // Positions are ids, which only grow, so a listing that spans a change misses and repeats nothing.
        for (int i = children.After(Dots.Skip(from)); i < children.ById.Count; i++)
        {
            VirtualNode child = children.ById[i];
            if (!MaySee(child, caller))
            {
                continue;
            }

            // A snapshot's attributes are in its body, which is not opened for a listing, and what a past shows is in many.
            bool isGiven = withNodes && child is { Snapshot: null, Past: null };
            NodeEntry entry = isGiven ? Describe(child) : Unopened(child);
            if (!sink.Add(child.Name, child.Id + Dots.Count, in entry))
            {
                break;
            }

            if (isGiven)
            {
                _tree.AddLookup(child);
            }
        }
    }

    private NodeEntry DescribeChild(VirtualNode child)
    {
        if (child.Snapshot is not { } snapshot)
        {
            return Describe(child);
        }

        ResolvedNode resolved = StoredTrees.Top(snapshot);
        NodeAttributes attributes = Trees.Attributes.Of(in resolved, out CacheLifetime lifetime);
        lifetime = child.IsHidden || lifetime == CacheLifetime.None ? CacheLifetime.None : CacheLifetime.Short;
        return new NodeEntry(child.Id, _tree.Generation, lifetime, in attributes);
    }

    private NodeEntry Describe(VirtualNode place)
    {
        NodeType type = TypeOf(place);
        uint mode = type switch
        {
            NodeType.Directory => place.IsHidden ? 0x140U : 0x16DU, // 0500, 0555
            NodeType.Symlink => 0x1FFU, // 0777
            _ => place.IsHidden ? 0x100U : 0x124U, // 0400, 0444
        };
        long size = place.Target?.Length ?? place.Content?.Length ?? place.Computed?.Length ?? 0;
        CacheLifetime lifetime = place.IsHidden || place.Content is not null || !place.IsAttached
            ? CacheLifetime.None
            : CacheLifetime.Short;
        uint links = place.IsDirectory ? 2 + (uint)_tree.ChildrenOf(place).Others : 1;
        NodeAttributes attributes = new(
            place.Inode, type, mode, links, options.UserId, options.GroupId, size, size, 0, place.Modified, place.Modified, null);
        return new NodeEntry(place.Id, _tree.Generation, lifetime, in attributes);
    }

    private static NodeType TypeOf(VirtualNode place) => place switch
    {
        { Snapshot: { } snapshot } => snapshot.Part.Type,
        { Past: not null } => NodeType.Directory,
        { IsDirectory: true } => NodeType.Directory,
        { Target: not null } => NodeType.Symlink,
        _ => NodeType.File,
    };

    private static NodeEntry Unopened(VirtualNode child)
    {
        NodeAttributes attributes = default;
        attributes = attributes with { Inode = child.Inode, Type = TypeOf(child) };
        return new NodeEntry(0, 0, CacheLifetime.None, in attributes);
    }

    private bool MaySee(VirtualNode node, uint caller) => !node.IsHidden || caller == options.UserId || caller == 0;
}
