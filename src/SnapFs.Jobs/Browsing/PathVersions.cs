using SnapFs.Snapshots;

namespace SnapFs.Jobs.Browsing;

/// <summary>One state of a path, and the snapshots that have it.</summary>
/// <param name="Node">The node; no page is kept for it.</param>
/// <param name="First">The oldest snapshot with it.</param>
/// <param name="Last">The newest snapshot with it.</param>
/// <param name="Snapshots">How many have it; between the first and the last there may be others.</param>
public sealed record PathVersion(BrowsedNode Node, SnapshotHead First, SnapshotHead Last, int Snapshots);

/// <summary>All states of a path, the oldest first.</summary>
/// <param name="Path">Absolute, raw.</param>
/// <param name="Versions">Each once, by when it was first seen.</param>
/// <param name="GoneSince">The oldest snapshot from which on the path was not there any more; null if the newest has it.</param>
public sealed record PathVersions(byte[] Path, IReadOnlyList<PathVersion> Versions, SnapshotHead? GoneSince);
