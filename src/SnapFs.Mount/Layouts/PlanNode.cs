using SnapFs.Mount.Histories;
using SnapFs.Mount.Kinds;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Layouts;

/// <summary>What a place of the layout should be; the <see cref="VirtualTree"/> makes it so. Not safe for concurrent use.</summary>
public sealed class PlanNode
{
    private SortedDictionary<string, PlanNode>? _children;
    private Func<PlanNode>? _make;

    /// <summary>Children of a directory, by name; null for links and snapshots. Those of one that is planned later are planned
    /// now.</summary>
    public SortedDictionary<string, PlanNode>? Children
    {
        get
        {
            if (_make is { } make)
            {
                PlanNode made = make();
                made.HideEmpty(mayHide: false);
                _children = made._children;
                _make = null;
            }

            return _children;
        }
        init => _children = value;
    }

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => _children is not null || _make is not null;

    /// <summary>The target of a link; null for all else.</summary>
    public string? Target { get; init; }

    /// <summary>The snapshot that is shown here; null for all else.</summary>
    public SnapshotHead? Snapshot { get; init; }

    /// <summary>What of <see cref="Snapshot"/> is shown.</summary>
    public SnapshotPart Part { get; init; } = SnapshotPart.Whole;

    /// <summary>The file that is made while it is read; null for all else.</summary>
    public ComputedFile? Computed { get; init; }

    /// <summary>The snapshots whose paths begin here, with all their versions or what was deleted; null for all else.</summary>
    internal SnapshotSet? Past { get; init; }

    /// <summary>Whether what was deleted is shown of <see cref="Past"/>.</summary>
    internal bool ShowsDeleted { get; init; }

    /// <summary>Whether only the user who mounts may see it.</summary>
    public bool IsHidden { get; set; }

    /// <summary>When it changed last.</summary>
    public Timestamp Modified { get; set; }

    /// <summary>A directory without entries.</summary>
    public static PlanNode Directory() => new() { Children = new(StringComparer.Ordinal) };

    /// <summary>A directory whose entries are planned when somebody looks at it.</summary>
    /// <param name="make">Plans them.</param>
    /// <param name="modified">When the newest of them changed.</param>
    /// <param name="hide">Whether all of them are hidden.</param>
    internal static PlanNode Later(Func<PlanNode> make, Timestamp modified, bool hide) =>
        new() { _make = make, Modified = modified, IsHidden = hide };

    /// <summary>The directory <paramref name="name"/> below this one, made if need be.</summary>
    public PlanNode Enter(string name)
    {
        if (!Children!.TryGetValue(name, out PlanNode? child)) // only directories are entered
        {
            child = Directory();
            Children.Add(name, child);
        }

        return child;
    }

    /// <summary>Puts a part of a snapshot into this directory.</summary>
    public void Show(string name, SnapshotHead head, SnapshotPart part, bool hide) => Children![name] = new PlanNode // a directory
    {
        Snapshot = head,
        Part = part,
        IsHidden = hide,
        Modified = part.IsWhole ? head.Ended : head.Started,
    };

    /// <summary>Puts a file that is made while it is read into this directory.</summary>
    public void Show(string name, ComputedFile file, bool hide) => Children![name] = new PlanNode // a directory
    {
        Computed = file,
        IsHidden = hide,
        Modified = file.Head.Started,
    };

    /// <summary>Hides directories that hold nothing but hidden nodes, and dates each by its newest child.</summary>
    internal void HideEmpty(bool mayHide)
    {
        if (_children is null)
        {
            return; // also one that is planned later, of which this is known
        }

        foreach (PlanNode child in _children.Values)
        {
            child.HideEmpty(mayHide: true);
            Modified = child.Modified > Modified ? child.Modified : Modified;
        }

        IsHidden = mayHide && _children.Count > 0 && _children.Values.All(child => child.IsHidden);
    }
}
