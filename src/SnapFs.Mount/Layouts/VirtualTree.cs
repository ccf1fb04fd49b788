using System.Collections.Concurrent;
using System.Text;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Layouts;

/// <summary>The layout as nodes. Look-ups run beside changes; changes and counts are serialised by a lock.</summary>
/// <remarks>The entries of a directory are made when somebody looks at it: of ten thousand snapshots few are ever entered, and
/// whoever mounts would wait for all of them.</remarks>
internal sealed class VirtualTree
{
    internal const ulong RootId = 1;

    private readonly ConcurrentDictionary<ulong, VirtualNode> _nodes = new();
    private readonly Lock _lock = new();
    private readonly VirtualNode _ownDirectory;
    private readonly Func<SnapshotHead, SnapshotPart, SnapshotView> _open;
    private readonly TimeProvider _clock;
    private ulong _lastId = RootId;

    /// <summary>The generation of all nodes: another one in each mount, so that a handle that was made in one never leads to a
    /// node of another.</summary>
    internal uint Generation { get; } = Generations.OfMount();

    internal VirtualTree(Func<SnapshotHead, SnapshotPart, SnapshotView> open, TimeProvider clock)
    {
        _open = open;
        _clock = clock;
        Root = new VirtualNode
        {
            Id = RootId,
            Path = "",
            Name = [],
            Inode = InodeNumber.Root,
            IsDirectory = true,
            Children = VirtualChildren.None,
            Modified = Now,
            Lookups = 1, // a mount holds its root without having looked it up
        };
        _nodes[RootId] = Root;
        _ownDirectory = Create(Root, ".snapfs", new PlanNode { Children = [], Modified = Now });
        _ownDirectory.Children = VirtualChildren.None;
        Root.Children = new VirtualChildren([_ownDirectory]);
    }

    internal VirtualNode Root { get; }

    private Timestamp Now => Timestamp.From(_clock.GetUtcNow());

    internal VirtualNode? Find(ulong id) => _nodes.GetValueOrDefault(id);

    /// <summary>The node at a path below the mount; null if there is none.</summary>
    internal VirtualNode? Find(string path)
    {
        VirtualNode? node = Root;
        foreach (string name in path.Split('/'))
        {
            node = node is null ? null : ChildrenOf(node).Find(Encoding.UTF8.GetBytes(name));
        }

        return node;
    }

    internal bool IsOwnDirectory(VirtualNode node) => ReferenceEquals(node, _ownDirectory);

    /// <summary>The entries of a directory; none in one that is no longer part of the layout and was never looked at.</summary>
    internal VirtualChildren ChildrenOf(VirtualNode directory)
    {
        if (directory.Children is { } made)
        {
            return made;
        }

        lock (_lock)
        {
            if (directory.Children is null)
            {
                directory.Children = directory is { IsAttached: true, Plan.Children: { } entries }
                    ? new VirtualChildren([.. entries.Select(entry => Create(directory, entry.Key, entry.Value))])
                    : VirtualChildren.None;
                directory.Plan = null;
            }

            return directory.Children;
        }
    }

    /// <summary>Makes the layout what <paramref name="plan"/> says, keeping every node that stays.</summary>
    /// <returns>What kernels must forget.</returns>
    internal IReadOnlyList<Invalidation> Apply(PlanNode plan)
    {
        List<Invalidation> changes = [];
        List<SnapshotView> gone = [];
        lock (_lock)
        {
            Reconcile(Root, plan, [_ownDirectory], changes, gone);
        }

        gone.ForEach(snapshot => snapshot.Census.Stop()); // it waits, and look-ups must not wait for that
        return changes;
    }

    /// <summary>Makes files of <c>.snapfs</c> hold texts. A changed text is a new node, so that no cached page of the old one is ever
    /// shown.</summary>
    /// <param name="files">All there are.</param>
    internal void SetOwnFiles(IReadOnlyList<(string Name, string Text)> files)
    {
        lock (_lock)
        {
            VirtualChildren before = _ownDirectory.Children!; // a directory from the start
            List<VirtualNode> after = [.. files.Select(file => OwnFile(before, file.Name, Encoding.UTF8.GetBytes(file.Text)))];
            VirtualNode[] gone = [.. before.ById.Except(after)];
            if (gone.Length == 0 && before.ById.Count == after.Count)
            {
                return;
            }

            _ownDirectory.Children = new VirtualChildren(after);
            _ownDirectory.Modified = Now;
            foreach (VirtualNode old in gone)
            {
                Detach(old, []);
            }
        }
    }

    private VirtualNode OwnFile(VirtualChildren before, string name, byte[] content)
    {
        if (before.Find(Encoding.UTF8.GetBytes(name)) is { } old && old.Content.AsSpan().SequenceEqual(content))
        {
            return old;
        }

        return Create(_ownDirectory, name, new PlanNode(), content);
    }

    /// <summary>Ends what runs beside the readers of snapshots and waits for it.</summary>
    internal void StopCounting()
    {
        foreach (VirtualNode node in _nodes.Values)
        {
            node.Snapshot?.Census.Stop();
        }
    }

    internal void AddLookup(VirtualNode node)
    {
        lock (_lock)
        {
            node.Lookups++;
        }
    }

    internal void Forget(ulong id, long count)
    {
        lock (_lock)
        {
            if (id != RootId && _nodes.TryGetValue(id, out VirtualNode? node))
            {
                node.Lookups = Math.Max(0, node.Lookups - count);
                RemoveIfUnused(node);
            }
        }
    }

    private void Reconcile(
        VirtualNode directory, PlanNode plan, VirtualNode[] kept, List<Invalidation> changes, List<SnapshotView> gone)
    {
        if (directory.Children is not { } before)
        {
            directory.Plan = plan; // nobody has seen any of it
            directory.Modified = TimeOf(plan);
            return;
        }

        List<VirtualNode> after = [.. kept];
        foreach ((string name, PlanNode wanted) in plan.Children!) // only directories are reconciled
        {
            VirtualNode? old = before.Find(Encoding.UTF8.GetBytes(name));
            VirtualNode node = old is not null && Matches(old, wanted) ? old : Create(directory, name, wanted);
            after.Add(node);
            if (ReferenceEquals(node, old) && node.IsDirectory)
            {
                Reconcile(node, wanted, [], changes, gone);
            }
            else if (ReferenceEquals(node, old) && node.Past is { } shown && wanted.Past is { } past && !past.IsSame(shown))
            {
                node.Past = past.At(Now);
            }
        }

        VirtualChildren now = new(after);
        if (now.IsSame(before))
        {
            return;
        }

        directory.Children = now;
        if (before.ById.Count > 0)
        {
            directory.Modified = Now;
        }

        changes.Add(new Invalidation(directory.Id, default));
        foreach (VirtualNode old in before.ById.Except(now.ById))
        {
            changes.Add(new Invalidation(directory.Id, old.Name));
            Detach(old, gone);
        }
    }

    private static bool Matches(VirtualNode node, PlanNode wanted) =>
        node.IsHidden == wanted.IsHidden
        && node.IsDirectory == wanted.IsDirectory
        && node.Snapshot?.Head.Id == wanted.Snapshot?.Id
        && (node.Snapshot is null || node.Snapshot.Part == wanted.Part)
        && node.Past is null == wanted.Past is null
        && (node.Computed is null ? wanted.Computed is null : node.Computed.IsSame(wanted.Computed))
        && (node.Target is null
            ? wanted.Target is null
            : wanted.Target is not null && node.Target.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(wanted.Target)));

    private VirtualNode Create(VirtualNode parent, string name, PlanNode plan, byte[]? content = null)
    {
        string path = parent.Path.Length == 0 ? name : $"{parent.Path}/{name}";
        VirtualNode node = new()
        {
            Id = ++_lastId,
            Path = path,
            Name = Encoding.UTF8.GetBytes(name),
            Inode = InodeNumber.OfPath(path),
            Parent = parent,
            IsHidden = plan.IsHidden,
            Target = plan.Target is null ? null : Encoding.UTF8.GetBytes(plan.Target),
            Snapshot = plan.Snapshot is null ? null : _open(plan.Snapshot, plan.Part),
            Computed = plan.Computed,
            Past = plan.Past,
            ShowsDeleted = plan.ShowsDeleted,
            IsDirectory = plan.IsDirectory,
            Plan = plan.IsDirectory ? plan : null,
            Content = content,
            Modified = TimeOf(plan),
        };
        _nodes[node.Id] = node;
        return node;
    }

    private Timestamp TimeOf(PlanNode plan) => plan.Modified == default ? Now : plan.Modified;

    /// <param name="node">What is no longer shown.</param>
    /// <param name="gone">Gets the snapshots among it and below it.</param>
    private void Detach(VirtualNode node, List<SnapshotView> gone)
    {
        node.IsAttached = false;
        if (node.Snapshot is { } snapshot)
        {
            gone.Add(snapshot);
        }

        foreach (VirtualNode child in node.Children?.ById ?? [])
        {
            Detach(child, gone);
        }

        RemoveIfUnused(node);
    }

    private void RemoveIfUnused(VirtualNode node)
    {
        if (!node.IsAttached && node.Lookups == 0)
        {
            _nodes.TryRemove(node.Id, out _);
        }
    }
}

/// <summary>Something a kernel may have cached that is no longer so.</summary>
/// <param name="NodeId">The directory whose entries changed.</param>
/// <param name="Name">The raw name that now means something else or nothing; empty if only the listing changed.</param>
public readonly record struct Invalidation(ulong NodeId, ReadOnlyMemory<byte> Name);
