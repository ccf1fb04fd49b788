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

    /// <summary>What went wrong, at most the first 1,000 lines.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
