using SnapFs.Afs.Chains;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>What became of a dump that could be taken in.</summary>
/// <param name="File">Its name for messages.</param>
/// <param name="Facts">What it is.</param>
/// <param name="Fit">Whether it is new.</param>
/// <param name="Snapshot">The snapshot made of it, or the one that was there; null in a dry run.</param>
/// <param name="Elapsed">The time that took.</param>
/// <param name="Other">A snapshot of a dump with the same headers and other contents, of which this is another copy.</param>
public sealed record VolumeImportOutcome(
    string File, DumpFacts Facts, ChainFit Fit, SnapshotHead? Snapshot, TimeSpan Elapsed, SnapshotHead? Other = null);
