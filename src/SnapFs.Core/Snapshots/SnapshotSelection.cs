namespace SnapFs.Snapshots;

/// <summary>What a backup was told to leave out, so that a restore can tell what was left out from what was not there.</summary>
public sealed record SnapshotSelection
{
    /// <summary>Exclude patterns in their order, each one line in the syntax of gitignore, raw.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Excludes { get; init; } = [];

    /// <summary>Patterns after <see cref="Excludes"/> that a snapshot has no room for.</summary>
    public long MoreExcludes { get; init; }

    /// <summary>Whether only the mark was kept of directories that are marked as caches.</summary>
    public bool ExcludesCaches { get; init; }

    /// <summary>Whether other file systems below a source were left out.</summary>
    public bool OneFileSystem { get; init; }
}
