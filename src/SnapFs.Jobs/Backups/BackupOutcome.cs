using SnapFs.Snapshots;

namespace SnapFs.Jobs.Backups;

/// <summary>What a backup came to.</summary>
/// <param name="Snapshot">The snapshot; its id is zero after a dry run.</param>
/// <param name="Elapsed">The time it took, whatever time was recorded.</param>
/// <param name="IsDryRun">Whether nothing was stored.</param>
public sealed record BackupOutcome(SnapshotHead Snapshot, TimeSpan Elapsed, bool IsDryRun)
{
    /// <summary>Entries that were listed and gone when they were to be read.</summary>
    public long Vanished { get; init; }

    /// <summary>Whether nothing was found wrong with the repository itself; the snapshot is whole all the same.</summary>
    public bool IsRepositoryWhole { get; init; } = true;
}
