using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Layouts;

/// <summary>What a place of the layout should be; the <see cref="VirtualTree"/> makes it so.</summary>
internal sealed class PlanNode
{
    /// <summary>Children of a directory, by name; null for links and snapshots.</summary>
    internal SortedDictionary<string, PlanNode>? Children { get; init; }

    internal string? Target { get; init; }

    internal SnapshotHead? Snapshot { get; init; }

    /// <summary>What of <see cref="Snapshot"/> is shown.</summary>
    internal SnapshotPart Part { get; init; }

    /// <summary>Whether it is a dump, a file that is in no tree.</summary>
    internal bool IsDump => Snapshot is not null && Part is SnapshotPart.FullDump or SnapshotPart.OriginalDump;

    internal bool IsHidden { get; set; }

    internal Timestamp Modified { get; set; }

    internal static PlanNode Directory() => new() { Children = new(StringComparer.Ordinal) };

    /// <summary>The directory <paramref name="name"/> below this one, made if need be.</summary>
    internal PlanNode Enter(string name)
    {
        if (!Children!.TryGetValue(name, out PlanNode? child)) // only directories are entered
        {
            child = Directory();
            Children.Add(name, child);
        }

        return child;
    }

    /// <summary>Puts a part of a snapshot into this directory.</summary>
    internal void Show(string name, SnapshotHead head, SnapshotPart part, bool hide) => Children![name] = new PlanNode // a directory
    {
        Snapshot = head,
        Part = part,
        IsHidden = hide,
        Modified = part == SnapshotPart.Root ? head.Ended : head.Started,
    };

    /// <summary>Hides directories that hold nothing but hidden nodes, and dates each by its newest child.</summary>
    internal void Settle(bool mayHide)
    {
        if (Children is null)
        {
            return;
        }

        foreach (PlanNode child in Children.Values)
        {
            child.Settle(mayHide: true);
            Modified = child.Modified > Modified ? child.Modified : Modified;
        }

        IsHidden = mayHide && Children.Count > 0 && Children.Values.All(child => child.IsHidden);
    }
}
