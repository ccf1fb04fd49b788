using SnapFs.Jobs.Vos;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>What a restore of a volume came to.</summary>
/// <param name="State">What was restored.</param>
/// <param name="Site">Where.</param>
/// <param name="Name">The volume that was made.</param>
/// <param name="Length">Bytes of its dump.</param>
public sealed record VolumeRestoreOutcome(SnapshotHead State, VolumeSite Site, string Name, long Length);
