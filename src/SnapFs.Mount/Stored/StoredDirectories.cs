using SnapFs.Mount.Nodes;
using SnapFs.Mount.Spaces;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>Look-ups and listings in directories that were entered.</summary>
internal sealed class StoredDirectories(StoredTrees trees)
{
    /// <summary>What the slot of a directory must hold.</summary>
    internal OpenedDirectory Open(in ResolvedNode directory)
    {
        LeafTable leaves = LeafTable.Read(trees.Pages, directory.Node.Tree);
        ulong inodes = InodeNumber.DirectorySeed(directory.Snapshot.Seed, in directory.Node);
        return new OpenedDirectory(
            directory.Owner as DirectorySlot,
            directory.Snapshot,
            leaves,
            AccessControl.Of(in directory),
            StoredAttributes.Inode(in directory),
            inodes);
    }

    /// <summary>Finds an entry.</summary>
    /// <param name="slot">The directory, entered.</param>
    /// <param name="name">The raw name.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="returned">Grows by the look-ups of entries of the slot that the result hands out.</param>
    /// <param name="entry">The node.</param>
    internal MountStatus Lookup(
        DirectorySlot slot, ReadOnlySpan<byte> name, uint caller, ref long returned, out NodeEntry entry)
    {
        entry = default;
        if (slot.Leaves.Total == 0 || !DirectoryCursor.TryFind(
                trees.Pages, slot.Leaves.Root, name, out TreePage page, out int index, out long ordinal))
        {
            return MountStatus.NotFound;
        }

        if (slot.Access is not null && !trees.Access.MayLookUp(Entry(slot, page, index, ordinal), caller))
        {
            return MountStatus.Denied;
        }

        entry = Describe(slot, page, index, ordinal, isGiven: true);
        returned += NodeIds.SlotOf(entry.NodeId) == slot.Number ? 1 : 0;
        return MountStatus.Done;
    }

    /// <summary>Lists entries from one on.</summary>
    /// <param name="slot">The directory, entered.</param>
    /// <param name="from">Ordinal of the first entry.</param>
    /// <param name="withNodes">Whether entries give node ids, each of which counts as a look-up.</param>
    /// <param name="sink">Takes the entries until it is full.</param>
    /// <param name="returned">Grows by the look-ups of entries of the slot that the result hands out.</param>
    internal void List<TSink>(DirectorySlot slot, ulong from, bool withNodes, ref TSink sink, ref long returned)
        where TSink : IDirectorySink, allows ref struct
    {
        long total = slot.Leaves.Total;
        bool isBegun = false;
        if (from >= (ulong)total)
        {
            trees.NextFiles.Listed(slot);
        }

        for (long ordinal = (long)Math.Min(from, (ulong)total); ordinal < total;)
        {
            TreePage page;
            int index;
            try
            {
                page = slot.Leaves.Load(trees.Pages, ordinal, out index);
            }
            catch (Exception e) when (isBegun && MayFailLater(e))
            {
                return; // what is there is listed; the next call meets what stands in the way with nothing in its hands
            }

            for (; index < page.Count && ordinal < total; index++, ordinal++)
            {
                NodeEntry entry;
                try
                {
                    entry = Describe(slot, page, index, ordinal, withNodes);
                }
                catch (Exception e) when (isBegun && MayFailLater(e))
                {
                    return;
                }

                isBegun = true;
                if (!sink.Add(page.NameAt(index), (ulong)ordinal + Dots.Count + 1, in entry))
                {
                    if (withNodes && NodeIds.SlotOf(entry.NodeId) == NodeIds.LinkSlot)
                    {
                        trees.Links.Forget(entry.NodeId, 1);
                    }

                    return;
                }

                returned += withNodes && NodeIds.SlotOf(entry.NodeId) == slot.Number ? 1 : 0;
            }
        }
    }

    /// <summary>Describes an entry; a file with several names is counted as looked up here if it is given, others by the
    /// caller.</summary>
    private NodeEntry Describe(DirectorySlot slot, TreePage page, int index, long ordinal, bool isGiven)
    {
        ResolvedNode resolved = Entry(slot, page, index, ordinal);
        NodeAttributes attributes = trees.Attributes.Of(in resolved, out CacheLifetime lifetime);
        if (isGiven && resolved.Node.LinkCount > 1 && resolved.Node.Type != NodeType.Directory)
        {
            ref readonly NodeView node = ref resolved.Node;
            LinkKey key = new(slot.Snapshot, node.Device, node.Inode, node.Size, node.Changed, slot.Access);
            LinkedFile file = trees.Links.AddLookup(in key, slot.Leaves, ordinal);
            return new NodeEntry(file.NodeId, file.Generation, lifetime, in attributes);
        }

        return new NodeEntry(NodeIds.Of(slot.Number, ordinal), slot.Generation, lifetime, in attributes);
    }

    /// <summary>Whether a failure is the storage's, and met again by whoever asks for what follows.</summary>
    private static bool MayFailLater(Exception e) =>
        e is SnapFsException or MustWaitException or OperationCanceledException;

    /// <summary>An entry of a directory that was entered.</summary>
    internal static ResolvedNode Entry(DirectorySlot slot, TreePage page, int index, long ordinal) => new()
    {
        Page = page,
        Snapshot = slot.Snapshot,
        Node = page.Node(index),
        Owner = slot,
        Directory = slot.Leaves,
        Ordinal = ordinal,
    };
}
