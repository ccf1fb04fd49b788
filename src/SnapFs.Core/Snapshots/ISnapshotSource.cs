using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Snapshots;

/// <summary>The snapshots of a repository and their chunks: all that a mount sees. Safe for concurrent use.</summary>
public interface ISnapshotSource : IChunkSource
{
    /// <summary>The snapshots that were known at the last <see cref="Refresh"/>, by start time.</summary>
    IReadOnlyList<SnapshotHead> Snapshots { get; }

    /// <summary>Looks for new and removed snapshots and for their index segments.</summary>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="SnapFsException">The storage cannot be listed; what was known stays.</exception>
    bool Refresh(CancellationToken cancellationToken);

    /// <summary>Decrypts the rest of a snapshot.</summary>
    /// <exception cref="DamagedException">The snapshot is damaged or its object is gone.</exception>
    SnapshotBody ReadBody(in ObjectId id, CancellationToken cancellationToken);
}
