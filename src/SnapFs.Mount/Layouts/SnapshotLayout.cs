using SnapFs.Mount.Events;
using SnapFs.Mount.Kinds;
using SnapFs.Mount.Stored;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Layouts;

/// <summary>The directories around the snapshots, and who sees which. Safe for concurrent use.</summary>
internal sealed class SnapshotLayout
{
    private readonly MountOptions _options;
    private readonly ISnapshotSource _source;
    private readonly ITreePages _pages;
    private readonly IReadOnlyList<SnapshotKind> _kinds;
    private readonly CensusTurn _turn;
    private StatusText _status = StatusText.Empty;

    /// <param name="options">What to show, and to whom.</param>
    /// <param name="source">The repository.</param>
    /// <param name="pages">Where tree pages come from.</param>
    /// <param name="kinds">The kinds of snapshots that are shown in their own way.</param>
    /// <param name="report">Gets what belongs in a log.</param>
    internal SnapshotLayout(
        MountOptions options,
        ISnapshotSource source,
        ITreePages pages,
        IReadOnlyList<SnapshotKind> kinds,
        Action<MountEvent> report)
    {
        _turn = new CensusTurn(report);
        _options = options;
        _source = source;
        _pages = pages;
        _kinds = kinds;
        Tree = new VirtualTree(View, options.Clock);
    }

    internal VirtualTree Tree { get; }

    /// <summary>Brings the snapshots up to date before a directory is shown; null where they never change.</summary>
    internal SnapshotWatch? Watch { get; set; }

    /// <summary>Makes the layout show the snapshots that the source knows.</summary>
    /// <returns>What kernels must forget.</returns>
    internal IReadOnlyList<Invalidation> Rebuild()
    {
        IReadOnlyList<SnapshotHead> heads = _source.Snapshots;
        IReadOnlyList<Invalidation> changes = Tree.Apply(LayoutPlan.Make(heads, _kinds, IsHidden));
        Volatile.Write(ref _status, new StatusText(heads, _kinds, IsHidden));
        return changes;
    }

    /// <summary>Brings a directory up to date before it is shown.</summary>
    internal void BeforeListing(VirtualNode place)
    {
        if (Tree.IsOwnDirectory(place))
        {
            ShowStatus();
        }
        else
        {
            Watch?.BringUpToDate();
        }
    }

    /// <summary>Whether some kind of snapshots has an extended attribute of its own of that name.</summary>
    internal bool MakesXattr(ReadOnlySpan<byte> name)
    {
        foreach (SnapshotKind kind in _kinds)
        {
            if (kind.CoversXattr(name))
            {
                return true;
            }
        }

        return false;
    }

    private SnapshotView View(SnapshotHead head, SnapshotPart part)
    {
        SnapshotKind? kind = KindOf(head);
        return new SnapshotView(_source, _pages, _options.BeforeWaiting, head, part, _turn, kind, kind?.AccessTo(head, part));
    }

    private void ShowStatus()
    {
        StatusText status = Volatile.Read(ref _status);
        string text = status.Format(_options.Clock.GetUtcNow(), _options.Clock.LocalTimeZone);
        Tree.SetOwnFiles([("status", text), ("metrics", status.Metrics)]);
    }

    /// <summary>Whether only the user who mounts may see a snapshot.</summary>
    private bool IsHidden(SnapshotHead head) => _options.AllowOther
        && (KindOf(head) is { } kind
            ? kind.IsHidden(head)
            : !_options.UsersOf.Contains(head.Host, StringComparer.Ordinal));

    private SnapshotKind? KindOf(SnapshotHead head) => _kinds.FirstOrDefault(kind => kind.Takes(head));
}
