using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Trees;

namespace SnapFs.Snapshots;

/// <summary>
/// What is known of a snapshot without the private keys of its domain: enough to list it, to find the one before it
/// and to walk its tree once tree keys are at hand. <c>docs/format.md</c> section 8.
/// </summary>
public sealed record SnapshotHead
{
    /// <summary>The oldest first; of two that began at once, in order of their ids.</summary>
    public static Comparer<SnapshotHead> ByTime { get; } = Comparer<SnapshotHead>.Create((left, right) =>
        left.Started.CompareTo(right.Started) is int order and not 0 ? order : left.Id.Span.SequenceCompareTo(right.Id.Span));

    /// <summary>Names the snapshot; the SHA-256 of its object.</summary>
    public required ObjectId Id { get; init; }

    /// <summary>The domain it is in.</summary>
    public ShortId Domain { get; init; }

    /// <summary>Who wrote it.</summary>
    public ShortId Signer { get; init; }

    /// <summary>The run that wrote it.</summary>
    public ShortId Run { get; init; }

    /// <summary>The number of that run of the signer, as the signer says.</summary>
    public ulong Sequence { get; init; }

    /// <summary>The keyed hash of the paths that were backed up; empty if it has none.</summary>
    public ReadOnlyMemory<byte> PathsHash { get; init; }

    /// <summary>Names that it had before it was copied or sealed anew.</summary>
    public IReadOnlyList<ObjectId> FormerIds { get; init; } = [];

    /// <summary>Where its object is, as the user can find it.</summary>
    public string ObjectPath => $"snapshots/{Domain}/{Id}";

    /// <summary>The machine whose files these are.</summary>
    public required string Host { get; init; }

    /// <summary>The job's name or, by hand, the paths with <c>/</c> written <c>-</c>.</summary>
    public required string Source { get; init; }

    /// <summary>When the backup began, or the time given with <c>--time</c>.</summary>
    public required Timestamp Started { get; init; }

    /// <summary>When it ended.</summary>
    public required Timestamp Ended { get; init; }

    /// <summary>User-chosen words.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The program that wrote it, such as <c>snapfs 0.1.0</c>.</summary>
    public required string Agent { get; init; }

    /// <summary>The root page of the tree of <c>/</c>.</summary>
    public required ChunkRef Root { get; init; }

    /// <summary>The snapshot of the same host and source before this one, if there was one.</summary>
    public ObjectId? Previous { get; init; }

    /// <summary>Whether some sources could not be read.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Whether any node has extended attributes.</summary>
    public bool HasXattrs { get; init; }

    /// <summary>Whether any node has a POSIX ACL.</summary>
    public bool HasAcls { get; init; }

    /// <summary>What it holds and what storing it took.</summary>
    public required SnapshotStatistics Statistics { get; init; }

    /// <summary>The AFS volume this is a state of; null for all other snapshots.</summary>
    public SnapshotVolume? Volume { get; init; }

    /// <summary>The volume dump this was made of; null for all other snapshots.</summary>
    public SnapshotDump? Dump { get; init; }
}
