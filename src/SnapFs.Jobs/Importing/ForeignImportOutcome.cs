using SnapFs.Snapshots;

namespace SnapFs.Jobs.Importing;

/// <summary>What became of a snapshot of another program.</summary>
/// <param name="Foreign">That.</param>
/// <param name="Snapshot">What it is here; null if it would be made.</param>
/// <param name="IsNew">Whether this run made it, or a real one would.</param>
public sealed record ForeignImportOutcome(ForeignSnapshot Foreign, SnapshotHead? Snapshot, bool IsNew);
