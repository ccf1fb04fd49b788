using SnapFs.Mount.Events;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Histories;

/// <summary>What the bodies of snapshots say that is needed of many of them: read once, and little of each is kept. Safe for concurrent
/// use.</summary>
/// <param name="options">What to show, and to whom.</param>
/// <param name="source">The repository.</param>
/// <param name="report">Gets what belongs in a log.</param>
internal sealed class SnapshotFacts(MountOptions options, ISnapshotSource source, Action<MountEvent> report)
{
    /// <summary>Sets of which it is remembered what was not deleted: each may name some hundred thousand paths.</summary>
    private const int MaxScopes = 4;

    /// <summary>Snapshots of whose roots it is remembered who may enter: a few MB.</summary>
    private const int MaxRoots = 50_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectId, UInt128> _rootRights = [];
    private readonly LinkedList<(SnapshotSet Set, DeletionScope Scope)> _scopes = [];

    /// <summary>Which snapshot of a set tells what is there still.</summary>
    internal DeletionScope ScopeOf(SnapshotSet set)
    {
        lock (_lock)
        {
            foreach ((SnapshotSet known, DeletionScope found) in _scopes)
            {
                if (ReferenceEquals(known, set))
                {
                    return found;
                }
            }
        }

        DeletionScope scope = DeletionScope.Of(set, TryReadBody);
        lock (_lock)
        {
            _scopes.AddFirst((set, scope));
            if (_scopes.Count > MaxScopes)
            {
                _scopes.RemoveLast();
            }
        }

        return scope;
    }

    /// <summary>Stands for who may enter the root of a snapshot, which its body alone says; null if that cannot be read, as nobody may
    /// then be shown what is below.</summary>
    internal UInt128? RightsOfRoot(SnapshotHead head)
    {
        if (!options.AllowOther)
        {
            return UInt128.Zero;
        }

        lock (_lock)
        {
            if (_rootRights.TryGetValue(head.Id, out UInt128 known))
            {
                return known;
            }
        }

        if (TryReadBody(head) is not { } body)
        {
            return null;
        }

        UInt128 rights = HistoryBuilder.RightsOf(new NamedNode
        {
            Node = NodeCodec.Read(body.RootNode.Span),
            User = body.RootUser.Span,
            Group = body.RootGroup.Span,
        });
        lock (_lock)
        {
            if (_rootRights.Count >= MaxRoots)
            {
                _rootRights.Clear();
            }

            _rootRights[head.Id] = rights;
        }

        return rights;
    }

    private SnapshotBody? TryReadBody(SnapshotHead head)
    {
        try
        {
            CancellationToken cancellationToken = options.BeforeWaiting?.Invoke() ?? CancellationToken.None;
            cancellationToken.ThrowIfCancellationRequested();
            return source.ReadBody(head.Id, cancellationToken);
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            report(new MountEvent(MountEventKind.Damage, e.Message, e));
            return null;
        }
    }
}
