using SnapFs.Chunks;
using SnapFs.Mount.Histories;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;
using SnapFs.Trees;

namespace SnapFs.Mount.Spaces;

/// <summary>Paths that are not there any more: below directories that are, the names that are gone, each as it was in the last snapshot
/// that has it.</summary>
internal sealed class DeletedSpace(MountOptions options, StoredTrees trees, PathHistories histories, SnapshotFacts facts)
    : PastSpace(options, trees, histories, NodeIds.DeletedSlot)
{
    /// <inheritdoc/>
    internal override MountStatus GetXattr(ulong nodeId, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (Find(nodeId) is not { Gone: { } gone } node)
        {
            return base.GetXattr(nodeId, name, out value);
        }

        value = default;
        return TryResolve(node, gone, out ResolvedNode resolved) ? Trees.Xattrs.Get(in resolved, name, out value) : MountStatus.Stale;
    }

    /// <inheritdoc/>
    internal override MountStatus ListXattrs(ulong nodeId, out ReadOnlySpan<byte> names)
    {
        if (Find(nodeId) is not { Gone: { } gone } node)
        {
            return base.ListXattrs(nodeId, out names);
        }

        names = default;
        return TryResolve(node, gone, out ResolvedNode resolved) ? Trees.Xattrs.List(in resolved, out names) : MountStatus.Stale;
    }

    private protected override MountStatus Describe(HistoryNode node, out NodeEntry entry)
    {
        if (node.Gone is not { } gone)
        {
            return base.Describe(node, out entry);
        }

        entry = default;
        if (!TryResolve(node, gone, out ResolvedNode resolved))
        {
            return MountStatus.Stale;
        }

        NodeAttributes attributes = Trees.Attributes.Of(in resolved, out _) with { Inode = node.Inode };
        entry = EntryOf(node, in attributes);
        return MountStatus.Done;
    }

    private protected override MountStatus Lookup(HistoryNode node, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        entry = default;
        if (node.Gone is { } gone)
        {
            return LookupInGone(node, gone, name, caller, out entry);
        }

        PathHistory history = Histories.Of(node);
        if (Histories.OfEntry(node, history, name) is not { } below
            || Tell(facts.ScopeOf(history.Set), PathOf(node), name, below.Changes) is not { } deleted)
        {
            return MountStatus.NotFound;
        }

        return deleted switch
        {
            { IsThere: true } => Give(node, node.Place, name, below, out entry),
            { Type: NodeType.Directory } => history.DirectoryAt(deleted.Snapshot) is { } above
                ? Give(node, name, new GoneDirectory(history.Set, deleted.Snapshot, above.Tree), out entry)
                : MountStatus.NotFound,
            _ => GiveStored(history.Set, deleted.Snapshot, node.Path, name, caller, out entry),
        };
    }

    private protected override void ListEntries<TSink>(HistoryNode node, ulong from, ref TSink sink)
    {
        if (node.Gone is { } gone)
        {
            ListGone(node, gone, from, ref sink);
            return;
        }

        PathHistory history = Histories.Of(node);
        DirectoryHistory entries = Histories.EntriesOf(node, history);
        DeletionScope scope = facts.ScopeOf(history.Set);
        byte[] path = PathOf(node);
        for (int number = (int)Math.Min(Dots.Skip(from), (ulong)entries.Count); number < entries.Count; number++)
        {
            ReadOnlySpan<byte> name = entries.NameAt(number);
            if (Tell(scope, path, name, entries.ChangesOf(number)) is not { } deleted)
            {
                continue;
            }

            ulong inode = deleted.Type == NodeType.Directory
                ? InodeNumber.Below(node.Inode, name)
                : Histories.InodeOf(node, history, deleted.Snapshot, name);
            if (!sink.Add(name, (ulong)number + Dots.Count + 1, Unopened(deleted.Type, inode)))
            {
                return;
            }
        }
    }

    /// <summary>What of an entry was deleted; null for nothing.</summary>
    private static DeletedEntry? Tell(DeletionScope scope, byte[] directory, ReadOnlySpan<byte> name, EntryChange[] changes)
    {
        if (DeletedEntry.Of(changes, scope.Newest) is not { } deleted)
        {
            return null;
        }

        byte[] path = [.. directory, (byte)'/', .. name];
        return (deleted.IsThere ? scope.TellsBelow(path) : scope.TellsOf(path)) ? deleted : null;
    }

    private MountStatus LookupInGone(HistoryNode node, GoneDirectory gone, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        entry = default;
        if (!TryResolve(node, gone, out ResolvedNode directory))
        {
            return MountStatus.Stale;
        }

        ChunkRef tree = directory.Node.Tree;
        if (tree.Length == 0 || !DirectoryCursor.TryFind(Trees.Pages, in tree, name, out TreePage page, out int index, out _))
        {
            return MountStatus.NotFound;
        }

        return page.Node(index).Type == NodeType.Directory
            ? Give(node, name, gone with { Above = tree }, out entry)
            : GiveStored(gone.Set, gone.Snapshot, node.Path, name, caller, out entry);
    }

    private void ListGone<TSink>(HistoryNode node, GoneDirectory gone, ulong from, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        if (!TryResolve(node, gone, out ResolvedNode directory) || directory.Node.Tree.Length == 0)
        {
            return;
        }

        ulong seed = directory.Snapshot.Seed;
        ulong inodes = InodeNumber.DirectorySeed(seed, in directory.Node);
        DirectoryCursor entries = new(Trees.Pages, directory.Node.Tree, (long)Math.Min(Dots.Skip(from), long.MaxValue));
        while (entries.Next())
        {
            NodeView found = entries.Node;
            ulong inode = found.Type == NodeType.Directory ? InodeNumber.Below(node.Inode, found.Name)
                : found.LinkCount > 1 ? InodeNumber.Of(seed, in found)
                : InodeNumber.OfEntry(inodes, entries.Ordinal, entries.Total);
            if (!sink.Add(found.Name, (ulong)entries.Ordinal + Dots.Count + 1, Unopened(found.Type, inode)))
            {
                return;
            }
        }
    }

    /// <summary>Finds a directory as it was in its snapshot; false if that is gone itself.</summary>
    private bool TryResolve(HistoryNode node, GoneDirectory gone, out ResolvedNode resolved)
    {
        resolved = default;
        if (Histories.TreeOf(gone.Set, gone.Snapshot) is not { Snapshot: { } view }
            || !DirectoryCursor.TryFind(Trees.Pages, gone.Above, node.Name, out TreePage page, out int index, out _))
        {
            return false;
        }

        resolved.Owner = view;
        resolved.Snapshot = view;
        resolved.Page = page;
        resolved.Node = page.Node(index);
        return true;
    }

    /// <summary>The absolute path of a directory in the snapshots, without a slash at the end.</summary>
    private static byte[] PathOf(HistoryNode node) => [.. node.Path.SelectMany(name => (byte[])[(byte)'/', .. name])];
}
