using SnapFs.Chunks;
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

    /// <summary>The upper half of its id.</summary>
    internal required uint Slot { get; init; }

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

    /// <summary>The directory that is shown as it was in one snapshot; null for all others.</summary>
    internal required GoneDirectory? Gone { get; init; }

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

    internal ulong Id => NodeIds.Of(Slot, Number);

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

/// <summary>A directory that is shown as it was in one snapshot.</summary>
/// <param name="Set">The snapshots.</param>
/// <param name="Snapshot">Which of them.</param>
/// <param name="Above">The page at the root of the directory that holds it.</param>
internal sealed record GoneDirectory(SnapshotSet Set, int Snapshot, ChunkRef Above)
{
    /// <summary>Whether another one is the same directory of the same snapshot.</summary>
    internal bool IsSame(GoneDirectory other) =>
        Set.Heads[Snapshot].Id == other.Set.Heads[other.Snapshot].Id && Above.Id == other.Above.Id;
}
