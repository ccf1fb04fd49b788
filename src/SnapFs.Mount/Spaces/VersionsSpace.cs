using System.Text;
using SnapFs.Mount.Histories;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;
using SnapFs.Owners;
using SnapFs.Text;
using SnapFs.Trees;

namespace SnapFs.Mount.Spaces;

/// <summary>Paths through all snapshots of a host and source. Each is a directory: of the names that any snapshot has there, and of the
/// versions where it is no directory, which are the nodes that they are in the trees of their snapshots.</summary>
internal sealed class HistorySpace(MountOptions options, StoredTrees trees, PathHistories histories) : NodeSpace
{
    /// <summary>Positions of versions come after those of all names.</summary>
    private const ulong FirstVersion = 1UL << 40;

    private readonly HistoryNodes _nodes = new();
    private readonly HistoryAccess _access = new(options, trees, histories);
    private readonly StoredPaths _stored = new(trees);

    /// <inheritdoc/>
    internal override CacheLifetime Lifetime => CacheLifetime.Short;

    /// <summary>Paths that the kernel knows.</summary>
    internal int KnownNodes => _nodes.Count;

    /// <summary>Finds the root of the snapshots of a place; the result counts as looked up once.</summary>
    internal MountStatus LookupRoot(VirtualNode place, out NodeEntry entry) =>
        Give(null, place, [], histories.OfRoot(PathHistories.SetOf(place)), out entry);

    /// <inheritdoc/>
    internal override MountStatus Lookup(ulong parent, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        entry = default;
        if (_nodes.Find(parent) is not { } node)
        {
            return MountStatus.Stale;
        }

        PathHistory history = histories.Of(node);
        if (history.HasDirectories && histories.OfEntry(node, history, name) is { } below)
        {
            return Give(node, node.Place, name, below, out entry);
        }

        foreach (FileVersion version in histories.VersionsOf(node, history))
        {
            if (Ascii.Equals(name.TrimEnd((byte)'%'), history.Set.Names[version.At])
                && name.SequenceEqual(NameOf(node, history, version)))
            {
                return GiveVersion(node, history.Set, version, caller, out entry);
            }
        }

        return MountStatus.NotFound;
    }

    /// <inheritdoc/>
    internal override ulong ParentOf(ulong nodeId) =>
        _nodes.Find(nodeId) is not { } node ? 0 : node.Parent?.Id ?? node.Place.Parent?.Id ?? 0;

    /// <inheritdoc/>
    internal override MountStatus List<TSink>(ulong nodeId, ulong from, bool withNodes, uint caller, ref TSink sink)
    {
        if (_nodes.Find(nodeId) is not { } node)
        {
            return MountStatus.Stale;
        }

        PathHistory history = histories.Of(node);
        ulong above = node.Parent?.Inode ?? node.Place.Parent?.Inode ?? node.Inode;
        if (Dots.Add(node.Inode, above, from, ref sink)
            && (!history.HasDirectories || from >= FirstVersion || ListNames(node, history, from, ref sink)))
        {
            ListVersions(node, history, from, ref sink);
        }

        return MountStatus.Done;
    }

    /// <inheritdoc/>
    internal override MountStatus Describe(ulong nodeId, out NodeEntry entry)
    {
        entry = default;
        return _nodes.Find(nodeId) is { } node ? Describe(node, histories.Of(node), out entry) : MountStatus.Stale;
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
        if (!options.AllowOther || !name.SequenceEqual(PosixAcl.AccessName) || _nodes.Find(nodeId) is not { } node)
        {
            return trees.Xattrs.None;
        }

        if (_access.Of(node, histories.Of(node)) is not { } rights)
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
        return trees.Xattrs.None;
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
        if (_nodes.Find(nodeId) is not { } node)
        {
            return Unnamed(nodeId);
        }

        above = node.Parent?.Id ?? 0;
        return node.Parent is null ? node.Place.Path : SafeText.Of(node.Name);
    }

    private MountStatus Give(HistoryNode? parent, VirtualNode place, ReadOnlySpan<byte> name, PathHistory history, out NodeEntry entry)
    {
        HistoryNode node = _nodes.AddLookup(parent, place, name, history);
        MountStatus status = MountStatus.Stale;
        try
        {
            histories.Keep(node, history);
            status = Describe(node, history, out entry);
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

    /// <summary>Gives the node that a version is in the tree of its snapshot. Its name may come to mean another: that of the first snapshot
    /// that has it goes with that snapshot.</summary>
    private MountStatus GiveVersion(HistoryNode node, SnapshotSet set, in FileVersion version, uint caller, out NodeEntry entry)
    {
        entry = default;
        MountStatus status = histories.TreeOf(set, version.At) is { } tree
            ? _stored.Lookup(tree, node.Path[..^1], node.Name, caller, out entry)
            : MountStatus.NotFound;
        if (status == MountStatus.Done && entry.Lifetime > CacheLifetime.Short)
        {
            entry = new NodeEntry(entry.NodeId, entry.Generation, CacheLifetime.Short, in entry.Attributes);
        }

        return status;
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
        CacheLifetime lifetime = node.Place.IsHidden ? CacheLifetime.None : CacheLifetime.Short;
        entry = new NodeEntry(node.Id, node.Generation, lifetime, in attributes);
        return MountStatus.Done;
    }

    /// <summary>Lists the names that any snapshot has in a directory; false if the sink is full.</summary>
    private bool ListNames<TSink>(HistoryNode node, PathHistory history, ulong from, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        DirectoryHistory entries = histories.EntriesOf(node, history);
        for (int number = (int)Math.Min(Dots.Skip(from), (ulong)entries.Count); number < entries.Count; number++)
        {
            ReadOnlySpan<byte> name = entries.NameAt(number);
            ulong position = (ulong)number + Dots.Count + 1;
            if (!sink.Add(name, position, Unopened(NodeType.Directory, InodeNumber.Below(node.Inode, name))))
            {
                return false;
            }
        }

        return true;
    }

    private void ListVersions<TSink>(HistoryNode node, PathHistory history, ulong from, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        FileVersion[] versions = histories.VersionsOf(node, history);
        for (int i = (int)(Math.Max(from, FirstVersion) - FirstVersion); i < versions.Length; i++)
        {
            FileVersion version = versions[i];
            if (!sink.Add(NameOf(node, history, version), FirstVersion + (ulong)i + 1, Unopened(version.Type, version.Inode)))
            {
                return;
            }
        }
    }

    /// <summary>The name of a version: the time of the first snapshot that has it, with a <c>%</c> behind it if that is the name of an
    /// entry of the directory that the path was besides.</summary>
    private byte[] NameOf(HistoryNode node, PathHistory history, in FileVersion version)
    {
        byte[] name = Encoding.ASCII.GetBytes(history.Set.Names[version.At]);
        while (history.HasDirectories && histories.EntriesOf(node, history).Find(name) >= 0)
        {
            name = [.. name, (byte)'%'];
        }

        return name;
    }

    /// <summary>What a listing tells of a node that is looked up when somebody wants to know more.</summary>
    private static NodeEntry Unopened(NodeType type, ulong inode)
    {
        NodeAttributes attributes = default;
        attributes = attributes with { Inode = inode, Type = type };
        return new NodeEntry(0, 0, CacheLifetime.None, in attributes);
    }
}
