namespace SnapFs.Snapshots;

/// <summary>What only a reader with the domain's private tree key sees of a snapshot.</summary>
public sealed record SnapshotBody
{
    /// <summary>The node of <c>/</c> with an empty name, as <see cref="Trees.NodeCodec"/> writes it.</summary>
    public required ReadOnlyMemory<byte> RootNode { get; init; }

    /// <summary>The name of the user who owns <c>/</c>, raw.</summary>
    public ReadOnlyMemory<byte> RootUser { get; init; }

    /// <summary>The name of the group that owns <c>/</c>, raw.</summary>
    public ReadOnlyMemory<byte> RootGroup { get; init; }

    /// <summary>The absolute paths that were backed up, raw.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Paths { get; init; }

    /// <summary>What went wrong, at most the first 1,000; those of an old snapshot have only a text.</summary>
    public IReadOnlyList<SnapshotProblem> Problems { get; init; } = [];

    /// <summary>Problems that had no room in <see cref="Problems"/>.</summary>
    public long MoreProblems { get; init; }

    /// <summary>What the source had and the snapshot lacks; empty in an old snapshot, which did not record it.</summary>
    public IReadOnlyList<Omission> Omissions { get; init; } = [];

    /// <summary>How many of each kind had no room in <see cref="Omissions"/>.</summary>
    public IReadOnlyDictionary<OmissionKind, long> MoreOmissions { get; init; } = new Dictionary<OmissionKind, long>();

    /// <summary>What was to be left out; null if that is not known, as of an old snapshot, and of what is no backup of files.
    /// </summary>
    public SnapshotSelection? Selection { get; init; }
}
