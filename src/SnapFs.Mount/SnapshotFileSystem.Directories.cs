using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Trees;

namespace SnapFs.Mount;

/// <content>Look-ups and listings.</content>
public sealed partial class SnapshotFileSystem
{
    /// <summary>Where a listing begins: <c>.</c>, <c>..</c>, then the entries.</summary>
    private const ulong AfterDots = 2;

    /// <summary>Finds an entry of a directory; the result counts as one look-up until it is forgotten.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">The raw name; <c>.</c> and <c>..</c> work too, for NFS.</param>
    /// <param name="caller">Who asks, by this system's numbers: decides whether hidden hosts exist.</param>
    /// <param name="entry">The node.</param>
    public MountStatus Lookup(ulong parent, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        entry = default;
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
        {
            return LookupDots(parent, name.Length == 2, out entry);
        }

        if (FindPlace(parent) is { } place)
        {
            return LookupPlace(place, name, caller, out entry);
        }

        if (_slots.Enter(parent, _open) is not { } slot)
        {
            return WhyNotADirectory(parent);
        }

        long returned = 0;
        try
        {
            if (slot.Leaves.Total == 0 || !DirectoryCursor.TryFind(
                    _pages, slot.Leaves.Root, name, out TreePage page, out int index, out long ordinal))
            {
                return MountStatus.NotFound;
            }

            if (_options.AfsAcls && !MayLookUp(Entry(slot, page, index, ordinal), caller))
            {
                return MountStatus.Denied;
            }

            entry = DescribeEntry(slot, page, index, ordinal);
            returned = NodeIds.SlotOf(entry.NodeId) == slot.Number ? 1 : 0;
            return MountStatus.Done;
        }
        finally
        {
            _slots.Leave(slot, returned);
        }
    }

    /// <summary>Lists a directory from a position on.</summary>
    /// <param name="nodeId">The directory.</param>
    /// <param name="from">0, or the position that came with the last entry that was taken.</param>
    /// <param name="withNodes">Whether entries give node ids, each of which counts as a look-up.</param>
    /// <param name="caller">Who asks, by this system's numbers.</param>
    /// <param name="sink">Takes the entries until it is full.</param>
    public MountStatus List<TSink>(ulong nodeId, ulong from, bool withNodes, uint caller, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        if (FindPlace(nodeId) is { } place)
        {
            return place.Children is { } children
                ? ListPlace(place, children, from, withNodes, caller, ref sink)
                : MountStatus.NotADirectory;
        }

        if (_slots.Enter(nodeId, _open) is not { } slot)
        {
            return WhyNotADirectory(nodeId);
        }

        long returned = 0;
        try
        {
            if (AddDots(nodeId, from, ref sink))
            {
                ListSlot(slot, Math.Max(from, AfterDots) - AfterDots, withNodes, ref sink, ref returned);
            }

            return MountStatus.Done;
        }
        finally
        {
            _slots.Leave(slot, returned);
        }
    }

    private void ListSlot<TSink>(
        DirectorySlot slot, ulong from, bool withNodes, ref TSink sink, ref long returned)
        where TSink : IDirectorySink, allows ref struct
    {
        long total = slot.Leaves.Total;
        bool isBegun = false;
        if (from >= (ulong)total)
        {
            _nextFiles.Listed(slot);
        }

        for (long ordinal = (long)Math.Min(from, (ulong)total); ordinal < total;)
        {
            TreePage page;
            int index;
            try
            {
                page = slot.Leaves.Load(_pages, ordinal, out index);
            }
            catch (SnapFsException) when (isBegun)
            {
                return; // what is whole is listed; the next call meets the damage with nothing in its hands
            }

            isBegun = true;
            for (; index < page.Count && ordinal < total; index++, ordinal++)
            {
                NodeEntry entry = DescribeEntry(slot, page, index, ordinal, withNodes);
                if (!sink.Add(page.NameAt(index), (ulong)ordinal + AfterDots + 1, in entry))
                {
                    if (withNodes && NodeIds.SlotOf(entry.NodeId) == NodeIds.LinkSlot)
                    {
                        _links.Forget(entry.NodeId, 1);
                    }

                    return;
                }

                returned += withNodes && NodeIds.SlotOf(entry.NodeId) == slot.Number ? 1 : 0;
            }
        }
    }

    /// <summary>Describes an entry; a file with several names is counted as looked up here, others by the caller.
    /// </summary>
    private NodeEntry DescribeEntry(
        DirectorySlot slot, TreePage page, int index, long ordinal, bool withNodes = true)
    {
        ResolvedNode resolved = Entry(slot, page, index, ordinal);
        NodeAttributes attributes = Describe(in resolved);
        if (withNodes && resolved.Node.LinkCount > 1 && resolved.Node.Type != NodeType.Directory)
        {
            ref readonly NodeView node = ref resolved.Node;
            LinkKey key = new(slot.Snapshot, node.Device, node.Inode, node.Size, node.Changed, slot.Access);
            LinkedFile file = _links.AddLookup(in key, slot.Leaves, ordinal);
            return new NodeEntry(file.NodeId, file.Generation, LifetimeOf(in resolved), in attributes);
        }

        return new NodeEntry(NodeIds.Of(slot.Number, ordinal), slot.Generation, LifetimeOf(in resolved), in attributes);
    }

    private static ResolvedNode Entry(DirectorySlot slot, TreePage page, int index, long ordinal) => new()
    {
        Page = page,
        Snapshot = slot.Snapshot,
        Node = page.Node(index),
        Owner = slot,
        Directory = slot.Leaves,
        Ordinal = ordinal,
    };

    private MountStatus LookupPlace(VirtualNode place, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        entry = default;
        if (!place.IsDirectory)
        {
            return MountStatus.NotADirectory;
        }

        BeforeListing(place);
        if (place.Children!.Find(name) is not { } child || !MaySee(child, caller)) // a directory, see above
        {
            return MountStatus.NotFound;
        }

        if (_options.AfsAcls && child.Snapshot is { } snapshot && !MayLookUp(Top(snapshot), caller))
        {
            return MountStatus.Denied;
        }

        entry = DescribeChild(child);
        _layout.AddLookup(child);
        return MountStatus.Done;
    }

    private MountStatus ListPlace<TSink>(
        VirtualNode place, VirtualChildren children, ulong from, bool withNodes, uint caller, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        if (from == 0)
        {
            BeforeListing(place);
            children = place.Children ?? children;
        }

        if (!AddDots(place.Id, from, ref sink))
        {
            return MountStatus.Done;
        }

        // Positions are ids, which only grow, so a listing that spans a change misses and repeats nothing.
        for (int i = children.After(Math.Max(from, AfterDots) - AfterDots); i < children.ById.Count; i++)
        {
            VirtualNode child = children.ById[i];
            if (!MaySee(child, caller))
            {
                continue;
            }

            // A snapshot's attributes are in its body, which is not opened for a listing.
            bool isGiven = withNodes && child.Snapshot is null;
            NodeEntry entry = child.Snapshot is null ? Describe(child) : Unopened(child);
            if (!isGiven)
            {
                entry = entry with { NodeId = 0 };
            }

            if (!sink.Add(child.Name, child.Id + AfterDots, in entry))
            {
                break;
            }

            if (isGiven)
            {
                _layout.AddLookup(child);
            }
        }

        return MountStatus.Done;
    }

    private NodeEntry DescribeChild(VirtualNode child)
    {
        if (child.Snapshot is not { } snapshot)
        {
            return Describe(child);
        }

        ResolvedNode resolved = Top(snapshot);
        CacheLifetime lifetime = child.IsHidden || LifetimeOf(in resolved) == CacheLifetime.None
            ? CacheLifetime.None
            : CacheLifetime.Short;
        return new NodeEntry(child.Id, 0, lifetime, Describe(in resolved));
    }

    private static NodeEntry Unopened(VirtualNode child)
    {
        NodeAttributes attributes = default;
        NodeType type = child.Snapshot?.Part == SnapshotPart.Deleted ? NodeType.File : NodeType.Directory;
        attributes = attributes with { Inode = child.Inode, Type = type };
        return new NodeEntry(0, 0, CacheLifetime.None, in attributes);
    }

    private MountStatus LookupDots(ulong nodeId, bool isParent, out NodeEntry entry)
    {
        entry = default;
        ulong target = nodeId;
        if (isParent)
        {
            target = NodeIds.SlotOf(nodeId) switch
            {
                NodeIds.LayoutSlot => _layout.Find(nodeId)?.Parent?.Id ?? RootId,
                NodeIds.LinkSlot => 0, // a file with several names has no one parent
                uint number => _slots.Find(number)?.NodeId ?? 0,
            };
        }

        MountStatus status = GetAttributes(target, out entry);
        if (status != MountStatus.Done)
        {
            return status == MountStatus.Invalid ? MountStatus.Stale : status;
        }

        AddLookup(target);
        return MountStatus.Done;
    }

    private void AddLookup(ulong nodeId)
    {
        switch (NodeIds.SlotOf(nodeId))
        {
            case NodeIds.LayoutSlot when _layout.Find(nodeId) is { } place:
                _layout.AddLookup(place);
                break;
            case NodeIds.LinkSlot:
                _links.AddLookup(nodeId);
                break;
            case uint number when _slots.Find(number) is { } slot:
                _slots.AddLookup(slot);
                break;
        }
    }

    /// <summary>Adds <c>.</c> and <c>..</c> when a listing begins; false if the sink is full.</summary>
    private bool AddDots<TSink>(ulong nodeId, ulong from, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        if (from >= AfterDots)
        {
            return true;
        }

        NodeAttributes attributes = default;
        attributes = attributes with { Inode = DotInode(nodeId), Type = NodeType.Directory };
        NodeEntry self = new(0, 0, CacheLifetime.None, in attributes);
        return (from >= 1 || sink.Add("."u8, 1, in self)) && sink.Add(".."u8, AfterDots, in self);
    }

    /// <summary>Any non-zero number does: nobody but the kernel's cache sees it, and <c>stat</c> gives the real one.
    /// </summary>
    private ulong DotInode(ulong nodeId) => _layout.Find(nodeId)?.Inode ?? InodeNumber.Root;

    private bool MaySee(VirtualNode node, uint caller) =>
        !node.IsHidden || caller == _options.UserId || caller == 0;
}
