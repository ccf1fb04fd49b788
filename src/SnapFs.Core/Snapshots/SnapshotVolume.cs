using SnapFs.Objects;

namespace SnapFs.Snapshots;

/// <summary>The AFS volume that a snapshot is a state of, and its place in a chain of dumps.</summary>
public sealed record SnapshotVolume
{
    /// <summary>The cell, such as <c>example.org</c>.</summary>
    public required string Cell { get; init; }

    /// <summary>The name of the read-write volume.</summary>
    public required string Name { get; init; }

    /// <summary>The id of the read-write volume: what tells volumes of a cell apart, for they may be renamed.</summary>
    public required uint Id { get; init; }

    /// <summary>The snapshot of the full dump that the chain begins with; null if this is one.</summary>
    public ObjectId? Full { get; init; }

    /// <summary>The snapshot that the increment was applied on; null for a full dump.</summary>
    public ObjectId? Predecessor { get; init; }
}
