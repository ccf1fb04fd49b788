using SnapFs.Files.Backups;
using SnapFs.Snapshots;

namespace SnapFs.Afs.Importing;

/// <summary>A dump that was taken in, for the caller to commit as a snapshot.</summary>
/// <param name="Backup">The tree and its counts, which are those of the volume.</param>
/// <param name="Dump">What the head says of the dump.</param>
public sealed record VolumeImportResult(BackupResult Backup, SnapshotDump Dump);
