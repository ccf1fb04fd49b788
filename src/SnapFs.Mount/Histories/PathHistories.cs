using SnapFs.Mount.Events;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Stored;
using SnapFs.Snapshots;
using SnapFs.Text;
using SnapFs.Trees;

namespace SnapFs.Mount.Histories;

/// <summary>What is at paths in all snapshots of a host and source: found out when somebody looks, from what is known of the directory
/// above, and kept within a bound. Safe for concurrent use.</summary>
/// <remarks>Nobody waits for another who finds out the same; both come to the same result.</remarks>
/// <param name="options">What to show, and to whom.</param>
/// <param name="facts">What the bodies of snapshots say.</param>
/// <param name="layout">The directories around the snapshots.</param>
/// <param name="pages">Where pages come from.</param>
/// <param name="report">Gets what belongs in a log.</param>
internal sealed class PathHistories(
    MountOptions options, SnapshotFacts facts, SnapshotLayout layout, ITreePages pages, Action<MountEvent> report)
{
    /// <summary>Bytes that are kept, about; what was looked at last is kept whatever it takes.</summary>
    private const long Capacity = 24L << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<(HistoryNode Node, SnapshotSet Set), LinkedListNode<Kept>> _kept = [];
    private readonly LinkedList<Kept> _recent = [];
    private long _used;

    /// <summary>Bytes that what is kept takes, about.</summary>
    internal long Used
    {
        get
        {
            lock (_lock)
            {
                return _used;
            }
        }
    }

    /// <summary>What is at the path of a node now, or was when it came to show no newer snapshots.</summary>
    internal PathHistory Of(HistoryNode node) => Of(node, SetOf(node));

    /// <summary>What is at the root of the snapshots of a set.</summary>
    internal PathHistory OfRoot(SnapshotSet set)
    {
        List<EntryChange> changes = [];
        int lastKnown = -1;
        for (int i = 0; i < set.Heads.Count; i++)
        {
            if (facts.RightsOfRoot(set.Heads[i]) is { } rights)
            {
                SnapshotHead head = set.Heads[i];
                if (changes.Count == 0 || changes[^1].Directory is not { } last || last.Tree.Id != head.Root.Id || last.Rights != rights)
                {
                    changes.Add(new EntryChange(i, lastKnown, NodeType.Directory, new DirectoryState(head.Root, 0, 0, rights)));
                }

                lastKnown = i;
            }
        }

        return new PathHistory(set, [.. changes]);
    }

    /// <summary>What is at the path of an entry of a directory; null if no snapshot has it.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="history">What is known of it.</param>
    /// <param name="name">The raw name.</param>
    internal PathHistory? OfEntry(HistoryNode directory, PathHistory history, ReadOnlySpan<byte> name)
    {
        DirectoryHistory entries = EntriesOf(directory, history);
        int number = entries.Find(name);
        return number < 0 ? null : new PathHistory(history.Set, entries.ChangesOf(number));
    }

    /// <summary>What the entries of a directory are.</summary>
    internal DirectoryHistory EntriesOf(HistoryNode directory, PathHistory history)
    {
        if (history.Directory is not { } entries)
        {
            HistoryBuilder builder = new(pages, options.AllowOther, e => Report(directory, e), options.BeforeWaiting);
            entries = builder.Make(history.Changes);
            history.Directory = entries;
            Keep(directory, history);
        }

        return entries;
    }

    /// <summary>The versions of a path where it is no directory.</summary>
    internal FileVersion[] VersionsOf(HistoryNode node, PathHistory history)
    {
        if (history.Versions is not { } versions)
        {
            versions = !history.HasFiles || node.Parent is not { } parent ? [] : FindVersions(node, parent, history);
            history.Versions = versions;
            Keep(node, history);
        }

        return versions;
    }

    /// <summary>What is at the path of a node in the snapshots of a set.</summary>
    internal PathHistory Of(HistoryNode node, SnapshotSet set)
    {
        lock (_lock)
        {
            if (_kept.TryGetValue((node, set), out LinkedListNode<Kept>? known))
            {
                _recent.Remove(known);
                _recent.AddFirst(known);
                return known.Value.History;
            }
        }

        PathHistory history = node.Parent is not { } parent
            ? OfRoot(set)
            : OfEntry(parent, Of(parent, set), node.Name) ?? new PathHistory(set, []);
        Keep(node, history);
        return history;
    }

    /// <summary>The inode number that an entry of a directory has in the tree of a snapshot.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="history">What is known of it.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="name">The raw name.</param>
    internal ulong InodeOf(HistoryNode directory, PathHistory history, int snapshot, ReadOnlySpan<byte> name)
    {
        try
        {
            if (TryFind(history, snapshot, name, out TreePage page, out int index, out long ordinal))
            {
                return InodeOf(directory, history, snapshot, page.Node(index), ordinal);
            }
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            Report(directory, e); // who looks it up meets the same; a listing goes on
        }

        return InodeNumber.Below(directory.Inode, name);
    }

    /// <summary>The tree of a snapshot in the mount; null if it is gone.</summary>
    internal VirtualNode? TreeOf(SnapshotSet set, int snapshot) => layout.Tree.Find($"{set.Place}/{set.Names[snapshot]}");

    /// <summary>Says that something could not be read.</summary>
    internal void Report(HistoryNode node, SnapFsException e) => report(new MountEvent(
        MountEventKind.Damage, $"{node.Place.Path}{string.Concat(node.Path.Select(name => "/" + SafeText.Of(name)))}: {e.Message}", e));

    /// <summary>The snapshots that a node shows. It goes on to those there are now unless they come with other rights.</summary>
    private SnapshotSet SetOf(HistoryNode node)
    {
        SnapshotSet set = node.Parent is { } parent ? SetOf(parent) : SetOf(node.Place);
        SnapshotSet shown = node.Set;
        if (ReferenceEquals(set, shown) || node.IsFixed)
        {
            return shown;
        }

        if (options.AllowOther && Of(node, set).Rights != node.Rights)
        {
            node.IsFixed = true;
            return shown;
        }

        node.Set = set;
        return set;
    }

    internal static SnapshotSet SetOf(VirtualNode place) =>
        place.Past ?? throw new InvalidOperationException("the place shows no past");

    private FileVersion[] FindVersions(HistoryNode node, HistoryNode parent, PathHistory history)
    {
        PathHistory above = Of(parent, history.Set);
        List<FileVersion> versions = [];
        List<int> hashes = [];
        foreach (EntryChange change in history.Changes.Where(change => change.IsFile))
        {
            try
            {
                if (TryFind(above, change.At, node.Name, out TreePage page, out int index, out long ordinal))
                {
                    NamedNode found = NamedNode.Of(page, index);
                    int hash = NodeComparison.HashOf(in found.Node);
                    if (!IsKnown(in found, hash))
                    {
                        ulong inode = InodeOf(parent, above, change.At, in found.Node, ordinal);
                        versions.Add(new FileVersion(change.At, found.Node.Type, inode));
                        hashes.Add(hash);
                    }
                }
            }
            catch (SnapFsException e) when (e.IsOfOneObject)
            {
                Report(node, e);
            }
        }

        return [.. versions];

        bool IsKnown(in NamedNode found, int hash)
        {
            for (int i = hashes.IndexOf(hash); i >= 0; i = hashes.IndexOf(hash, i + 1))
            {
                if (TryFind(above, versions[i].At, node.Name, out TreePage page, out int index, out _)
                    && NodeComparison.Differ(NamedNode.Of(page, index), in found) is null)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private bool TryFind(
        PathHistory directory, int snapshot, ReadOnlySpan<byte> name, out TreePage page, out int index, out long ordinal)
    {
        if (directory.DirectoryAt(snapshot) is { Tree: { Length: > 0 } tree })
        {
            return DirectoryCursor.TryFind(pages, in tree, name, out page, out index, out ordinal);
        }

        (page, index, ordinal) = (null!, 0, 0); // not looked at where nothing is found
        return false;
    }

    private ulong InodeOf(HistoryNode directory, PathHistory history, int snapshot, in NodeView entry, long ordinal)
    {
        ulong seed = InodeNumber.SeedOf(history.Set.Heads[snapshot].Id);
        if (entry.LinkCount > 1)
        {
            return InodeNumber.Of(seed, in entry);
        }

        DirectoryState state = history.DirectoryAt(snapshot)!; // it holds the entry
        NodeView node = default;
        if (directory.Parent is not null)
        {
            node.Device = state.Device;
            node.Inode = state.Inode;
            node.Name = directory.Name;
        }
        else if (TreeOf(history.Set, snapshot)?.Snapshot is { } view)
        {
            node = view.ReadTop(out _);
        }

        return InodeNumber.OfEntry(InodeNumber.DirectorySeed(seed, in node), ordinal, pages.Load(state.Tree).TotalEntries);
    }

    /// <summary>Keeps what is known of a path for whoever looks next.</summary>
    internal void Keep(HistoryNode node, PathHistory history)
    {
        lock (_lock)
        {
            Drop((node, history.Set));
            Kept kept = new(node, history, history.Footprint);
            _kept.Add((node, history.Set), _recent.AddFirst(kept));
            _used += kept.Footprint;
            while (_used > Capacity && _recent.Count > 1)
            {
                Kept oldest = _recent.Last!.Value;
                Drop((oldest.Node, oldest.History.Set));
            }
        }
    }

    private void Drop((HistoryNode Node, SnapshotSet Set) key)
    {
        if (_kept.Remove(key, out LinkedListNode<Kept>? old))
        {
            _recent.Remove(old);
            _used -= old.Value.Footprint;
        }
    }

    private sealed record Kept(HistoryNode Node, PathHistory History, long Footprint);
}
