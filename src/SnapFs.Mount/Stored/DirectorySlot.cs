using SnapFs.Mount.Kinds;

namespace SnapFs.Mount.Stored;

/// <summary>
/// A directory that was entered: its number is the upper half of the node ids of its entries. Only visited directories
/// have one; entries have no object at all.
/// </summary>
internal sealed class DirectorySlot
{
    internal required uint Number { get; init; }

    /// <summary>Grows each time the number is used again.</summary>
    internal required uint Generation { get; init; }

    /// <summary>The node id of the directory itself.</summary>
    internal required ulong NodeId { get; init; }

    /// <summary>The slot that holds the directory's entry; null at the root of a snapshot.</summary>
    internal required DirectorySlot? Parent { get; init; }

    internal required SnapshotView Snapshot { get; init; }

    internal required LeafTable Leaves { get; init; }

    /// <summary>Who may use the files in it; null where modes and access lists decide.</summary>
    internal required NodeAccess? Access { get; init; }

    /// <summary>The inode number of the directory itself.</summary>
    internal required ulong Inode { get; init; }

    /// <summary>What the inode numbers of the entries are made from (<see cref="InodeNumber.DirectorySeed"/>).</summary>
    internal required ulong InodeSeed { get; init; }

    /// <summary>Look-ups of entries that were not forgotten, plus one for each slot below. Guarded by the table.
    /// </summary>
    internal long References { get; set; }

    /// <summary>Operations inside the directory right now. Guarded by the table.</summary>
    internal int Users { get; set; }

    /// <summary>Ordinal of the file whose beginning was read last; a hint for <see cref="Reads.NextFiles"/>, so races
    /// do no harm.</summary>
    internal long LastRead { get; set; } = -1;

    /// <summary>Ordinal up to which small files were handed over unasked; a hint for <see cref="Reads.Preloader"/>.
    /// </summary>
    internal long PreloadedTo { get; set; }
}
