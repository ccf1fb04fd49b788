using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;

namespace SnapFs.Mount.Histories;

/// <summary>A path through all snapshots that a kernel knows. What it shows comes with new snapshots, unless they would have others see
/// it than could so far: then it stays as it was, and whoever looks the path up again gets another node.</summary>
/// <remarks>Whoever has opened a directory may go on listing it; what came later must not be shown to them by rights that no longer
/// hold.</remarks>
internal sealed class HistoryNode
{
    private SnapshotSet _set;
    private bool _isFixed;

    /// <param name="set">The snapshots that it shows at first.</param>
    internal HistoryNode(SnapshotSet set) => _set = set;

    internal required uint Number { get; init; }

    /// <summary>Grows each time the number is used again.</summary>
    internal required uint Generation { get; init; }

    /// <summary>The directory above; null at the root of the snapshots.</summary>
    internal required HistoryNode? Parent { get; init; }

    /// <summary>Where it is in the layout.</summary>
    internal required VirtualNode Place { get; init; }

    /// <summary>The raw name; empty at the root of the snapshots.</summary>
    internal required byte[] Name { get; init; }

    internal required ulong Inode { get; init; }

    /// <summary>The rights that it was given out with (<see cref="PathHistory.Rights"/>).</summary>
    internal required UInt128 Rights { get; init; }

    /// <summary>The snapshots that it shows.</summary>
    internal SnapshotSet Set
    {
        get => Volatile.Read(ref _set);
        set => Volatile.Write(ref _set, value);
    }

    /// <summary>Whether it shows no newer snapshots.</summary>
    internal bool IsFixed
    {
        get => Volatile.Read(ref _isFixed);
        set => Volatile.Write(ref _isFixed, value);
    }

    internal ulong Id => NodeIds.Of(NodeIds.HistorySlot, Number);

    /// <summary>The names on the way from the root of the snapshots.</summary>
    internal byte[][] Path
    {
        get
        {
            List<byte[]> names = [];
            for (HistoryNode at = this; at.Parent is { } parent; at = parent)
            {
                names.Add(at.Name);
            }

            names.Reverse();
            return [.. names];
        }
    }

    /// <summary>Look-ups that were not forgotten, plus one for each node below. Guarded by the table.</summary>
    internal long References { get; set; }
}
