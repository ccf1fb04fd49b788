using SnapFs.Mount.Histories;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;
using SnapFs.Owners;
using SnapFs.Text;
using SnapFs.Trees;

namespace SnapFs.Mount.Spaces;

/// <summary>Paths through all snapshots of a host and source. All of its nodes are directories; what is no directory is the node that it is
/// in the tree of a snapshot.</summary>
internal abstract class PastSpace : NodeSpace
{
    private readonly MountOptions _options;
    private readonly HistoryNodes _nodes;
    private readonly HistoryAccess _access;
    private readonly StoredPaths _stored;

    /// <param name="options">What to show, and to whom.</param>
    /// <param name="trees">Archived nodes.</param>
    /// <param name="histories">What is at paths.</param>
    /// <param name="slot">The upper half of the ids of its nodes.</param>
    private protected PastSpace(MountOptions options, StoredTrees trees, PathHistories histories, uint slot)
    {
        _options = options;
        _nodes = new HistoryNodes(slot);
        _access = new HistoryAccess(options, trees, histories);
        _stored = new StoredPaths(trees);
        Trees = trees;
        Histories = histories;
    }

    /// <inheritdoc/>
    internal override CacheLifetime Lifetime => CacheLifetime.Short;

    /// <summary>Paths that the kernel knows.</summary>
    internal int KnownNodes => _nodes.Count;

    private protected StoredTrees Trees { get; }

    private protected PathHistories Histories { get; }

    /// <summary>Finds the root of the snapshots of a place; the result counts as looked up once.</summary>
    internal MountStatus LookupRoot(VirtualNode place, out NodeEntry entry) =>
        Give(null, place, [], Histories.OfRoot(PathHistories.SetOf(place)), out entry);

    /// <inheritdoc/>
    internal override MountStatus Lookup(ulong parent, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        entry = default;
        return Find(parent) is { } node ? Lookup(node, name, caller, out entry) : MountStatus.Stale;
    }

    /// <inheritdoc/>
    internal override ulong ParentOf(ulong nodeId) =>
        Find(nodeId) is not { } node ? 0 : node.Parent?.Id ?? node.Place.Parent?.Id ?? 0;

    /// <inheritdoc/>
    internal override MountStatus List<TSink>(ulong nodeId, ulong from, bool withNodes, uint caller, ref TSink sink)
    {
        if (Find(nodeId) is not { } node)
        {
            return MountStatus.Stale;
        }

        ulong above = node.Parent?.Inode ?? node.Place.Parent?.Inode ?? node.Inode;
        if (Dots.Add(node.Inode, above, from, ref sink))
        {
            ListEntries(node, from, ref sink);
        }

        return MountStatus.Done;
    }

    /// <inheritdoc/>
    internal override MountStatus Describe(ulong nodeId, out NodeEntry entry)
    {
        entry = default;
        return Find(nodeId) is { } node ? Describe(node, out entry) : MountStatus.Stale;
    }

    /// <inheritdoc/>
    internal override MountStatus ReadLink(ulong nodeId, out ReadOnlySpan<byte> target)
    {
        target = default;
        return MountStatus.Invalid;
    }

    /// <inheritdoc/>
    internal override MountStatus GetXattr(ulong nodeId, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!_options.AllowOther || !name.SequenceEqual(PosixAcl.AccessName) || Find(nodeId) is not { } node)
        {
            return Trees.Xattrs.None;
        }

        if (_access.Of(node, Histories.Of(node)) is not { } rights)
        {
            return MountStatus.Stale;
        }

        value = rights.List;
        return rights.List is null ? MountStatus.NoAttribute : MountStatus.Done;
    }

    /// <inheritdoc/>
    internal override MountStatus ListXattrs(ulong nodeId, out ReadOnlySpan<byte> names)
    {
        names = default;
        return Trees.Xattrs.None;
    }

    /// <inheritdoc/>
    internal override MountStatus Read<TSink>(ulong nodeId, long offset, int length, ref TSink sink) => MountStatus.IsADirectory;

    /// <inheritdoc/>
    internal override MountStatus Seek(ulong nodeId, long offset, bool forData, out long result)
    {
        result = 0;
        return MountStatus.Invalid;
    }

    /// <inheritdoc/>
    internal override void AddLookup(ulong nodeId) => _nodes.AddLookup(nodeId);

    /// <inheritdoc/>
    internal override void Forget(ulong nodeId, long count) => _nodes.Forget(nodeId, count);

    /// <inheritdoc/>
    internal override string NameOf(ulong nodeId, out ulong above)
    {
        above = 0;
        if (Find(nodeId) is not { } node)
        {
            return Unnamed(nodeId);
        }

        above = node.Parent?.Id ?? 0;
        return node.Parent is null ? node.Place.Path : SafeText.Of(node.Name);
    }

    /// <summary>Finds an entry of a directory; the result counts as looked up once.</summary>
    private protected abstract MountStatus Lookup(HistoryNode node, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry);

    /// <summary>Lists the entries of a directory after its dots.</summary>
    private protected abstract void ListEntries<TSink>(HistoryNode node, ulong from, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct;

    /// <summary>The attributes of a node.</summary>
    private protected virtual MountStatus Describe(HistoryNode node, out NodeEntry entry) =>
        Describe(node, Histories.Of(node), out entry);

    private protected HistoryNode? Find(ulong nodeId) => _nodes.Find(nodeId);

    /// <summary>Gives the directory of a path.</summary>
    private protected MountStatus Give(
        HistoryNode? parent, VirtualNode place, ReadOnlySpan<byte> name, PathHistory history, out NodeEntry entry)
    {
        HistoryNode node = _nodes.AddLookup(parent, place, name, history.Set, history.Rights);
        Histories.Keep(node, history);
        return DescribeNew(node, out entry);
    }

    /// <summary>Gives a directory as it was in one snapshot.</summary>
    private protected MountStatus Give(HistoryNode parent, ReadOnlySpan<byte> name, GoneDirectory gone, out NodeEntry entry)
    {
        HistoryNode node = _nodes.AddLookup(parent, parent.Place, name, gone.Set, UInt128.Zero, gone);
        return DescribeNew(node, out entry);
    }

    /// <summary>Gives the node that a path is in the tree of a snapshot. Its name may come to mean another, or nothing, as snapshots come
    /// and go.</summary>
    private protected MountStatus GiveStored(
        SnapshotSet set, int snapshot, IEnumerable<byte[]> directories, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        entry = default;
        MountStatus status = Histories.TreeOf(set, snapshot) is { } tree
            ? _stored.Lookup(tree, directories, name, caller, out entry)
            : MountStatus.NotFound;
        if (status == MountStatus.Done && entry.Lifetime > CacheLifetime.Short)
        {
            entry = new NodeEntry(entry.NodeId, entry.Generation, CacheLifetime.Short, in entry.Attributes);
        }

        return status;
    }

    /// <summary>A node with its attributes.</summary>
    private protected static NodeEntry EntryOf(HistoryNode node, in NodeAttributes attributes) => new(
        node.Id, node.Generation, node.Place.IsHidden ? CacheLifetime.None : CacheLifetime.Short, in attributes);

    /// <summary>What a listing tells of a node that is looked up when somebody wants to know more.</summary>
    private protected static NodeEntry Unopened(NodeType type, ulong inode)
    {
        NodeAttributes attributes = default;
        attributes = attributes with { Inode = inode, Type = type };
        return new NodeEntry(0, 0, CacheLifetime.None, in attributes);
    }

    /// <summary>Describes a node that was just looked up, and takes that back if it fails.</summary>
    private MountStatus DescribeNew(HistoryNode node, out NodeEntry entry)
    {
        MountStatus status = MountStatus.Stale;
        try
        {
            status = Describe(node, out entry);
            return status;
        }
        finally
        {
            if (status != MountStatus.Done)
            {
                _nodes.Forget(node.Id, 1);
            }
        }
    }

    private MountStatus Describe(HistoryNode node, PathHistory history, out NodeEntry entry)
    {
        entry = default;
        if (_access.Of(node, history) is not { } rights)
        {
            return MountStatus.Stale;
        }

        // How many directories it holds is not known; one link says that.
        NodeAttributes attributes = new(
            node.Inode, NodeType.Directory, rights.Mode, 1, rights.UserId, rights.GroupId, 0, 0, 0, history.Set.Modified,
            history.Set.Modified, null);
        entry = EntryOf(node, in attributes);
        return MountStatus.Done;
    }
}
