using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>Finds archived nodes by their whole path, so that they are the same nodes for a kernel that came another way.</summary>
internal sealed class StoredPaths(StoredTrees trees)
{
    /// <summary>Finds a node; the result counts as looked up once.</summary>
    /// <param name="top">Where the tree of its snapshot begins.</param>
    /// <param name="directories">The names on the way to its directory.</param>
    /// <param name="name">The raw name.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="entry">The node.</param>
    internal MountStatus Lookup(
        VirtualNode top, IEnumerable<byte[]> directories, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        entry = default;
        if (top.Snapshot is not { } snapshot
            || trees.Slots.Enter(top.Id, _ => trees.Directories.Open(StoredTrees.Top(snapshot))) is not { } slot)
        {
            return MountStatus.NotFound;
        }

        long returned = 0;
        try
        {
            foreach (byte[] directory in directories)
            {
                if (EnterBelow(slot, directory) is not { } below)
                {
                    return MountStatus.NotFound;
                }

                trees.Slots.Leave(slot, 0); // the one below keeps it
                slot = below;
            }

            return trees.Directories.Lookup(slot, name, caller, ref returned, out entry);
        }
        finally
        {
            trees.Slots.Leave(slot, returned);
        }
    }

    /// <summary>Enters a directory in one that was entered; null if there is none of that name.</summary>
    private DirectorySlot? EnterBelow(DirectorySlot slot, byte[] name)
    {
        if (slot.Leaves.Total == 0
            || !DirectoryCursor.TryFind(trees.Pages, slot.Leaves.Root, name, out TreePage page, out int index, out long ordinal)
            || page.Node(index).Type != NodeType.Directory)
        {
            return null;
        }

        return trees.Slots.Enter(
            NodeIds.Of(slot.Number, ordinal),
            _ => trees.Directories.Open(StoredDirectories.Entry(slot, page, index, ordinal)));
    }
}
