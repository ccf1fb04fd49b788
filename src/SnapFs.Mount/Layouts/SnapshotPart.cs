using SnapFs.Trees;

namespace SnapFs.Mount.Layouts;

/// <summary>What of a snapshot a place of the layout shows: all of it, or what one entry of its root stands for.</summary>
/// <param name="Name">The entry; empty for all.</param>
/// <param name="Type">What it is.</param>
/// <param name="Number">Tells the parts of a snapshot apart: they hold the same inodes with different entries, which must not
/// be taken for one.</param>
public sealed record SnapshotPart(string Name, NodeType Type, byte Number)
{
    /// <summary>All that was backed up, from <c>/</c> on.</summary>
    public static readonly SnapshotPart Whole = new("", NodeType.Directory, 0);

    /// <summary>Whether it is all of the snapshot.</summary>
    public bool IsWhole => Number == 0;
}
