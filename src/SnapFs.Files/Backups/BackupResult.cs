using SnapFs.Chunks;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Files.Backups;

/// <summary>A tree that was put, for the caller to commit as a snapshot.</summary>
public sealed record BackupResult
{
    /// <summary>When the first file was looked at, by the clock of this machine.</summary>
    public required Timestamp Started { get; init; }

    /// <summary>When the last chunk had been put.</summary>
    public required Timestamp Ended { get; init; }

    /// <summary>The root page of the tree of <c>/</c>.</summary>
    public required ChunkRef Root { get; init; }

    /// <summary>The node of <c>/</c> with an empty name, encoded.</summary>
    public required ReadOnlyMemory<byte> RootNode { get; init; }

    /// <summary>The name of the user who owns <c>/</c>, raw.</summary>
    public required ReadOnlyMemory<byte> RootUser { get; init; }

    /// <summary>The name of the group that owns <c>/</c>, raw.</summary>
    public required ReadOnlyMemory<byte> RootGroup { get; init; }

    /// <summary>The recorded paths, raw.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Paths { get; init; }

    /// <summary>What went wrong: the first ones; <see cref="SnapshotStatistics.Problems"/> counts all.</summary>
    public required IReadOnlyList<SnapshotProblem> Problems { get; init; }

    /// <summary>What the sources had and the tree lacks, by a problem or because it was to be left out.</summary>
    public IReadOnlyList<Omission> Omissions { get; init; } = [];

    /// <summary>How many of each kind had no room in <see cref="Omissions"/>.</summary>
    public IReadOnlyDictionary<OmissionKind, long> MoreOmissions { get; init; } = new Dictionary<OmissionKind, long>();

    /// <summary>What was to be left out; null if that was not a question, as of a stream.</summary>
    public SnapshotSelection? Selection { get; init; }

    /// <summary>Entries that were listed and gone when they were to be read, as happens in every tree that is in use: no
    /// problem.</summary>
    public long Vanished { get; init; }

    /// <summary>Files that have not changed since the snapshot before, and whose content the repository had no more: it was read
    /// and put again.</summary>
    public long LostContents { get; init; }

    /// <summary>Counts; what was added and stored is left for the writer of the repository to fill in.</summary>
    public required SnapshotStatistics Statistics { get; init; }

    /// <summary>Whether any node has extended attributes.</summary>
    public required bool HasXattrs { get; init; }

    /// <summary>Whether any node has a POSIX ACL.</summary>
    public required bool HasAcls { get; init; }

    /// <summary>Whether something could not be read, so that the command exits with 3.</summary>
    public bool IsPartial => Statistics.Problems > 0;
}
