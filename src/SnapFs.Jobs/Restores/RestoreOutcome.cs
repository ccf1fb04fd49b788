using SnapFs.Files.Restores;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Restores;

/// <summary>What a restore came to.</summary>
/// <param name="Snapshot">What was restored.</param>
/// <param name="Result">What became of its files.</param>
/// <param name="Elapsed">The time it took.</param>
/// <param name="Doubts">Snapshots that cannot be read, of which one may be what was meant.</param>
public sealed record RestoreOutcome(
    SnapshotHead Snapshot, RestoreResult Result, TimeSpan Elapsed, IReadOnlyList<SnapFsException> Doubts);
