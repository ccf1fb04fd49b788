using SnapFs.Snapshots;

namespace SnapFs.Repository.Checks;

/// <summary>What a check found of one snapshot.</summary>
/// <param name="Head">The snapshot.</param>
public sealed record CheckedSnapshot(SnapshotHead Head)
{
    /// <summary>Whether all of it that was looked at is as it was stored.</summary>
    public bool IsWhole { get; internal set; } = true;

    /// <summary>Whether its root cannot be read, and so nothing of it.</summary>
    public bool IsLost { get; internal set; }

    /// <summary>Files and directories of it that cannot be read whole.</summary>
    public long AffectedFiles { get; internal set; }

    /// <summary>Whether all of its affected files are counted: nobody knows how many are in a directory that cannot be read, and the
    /// search has an end.</summary>
    public bool IsCounted { get; internal set; } = true;
}
