using SnapFs.Files.Backups;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Backups;

/// <summary>What a snapshot says of the tree that was put for it, whatever that is of.</summary>
internal static class SnapshotParts
{
    /// <summary>The head.</summary>
    /// <param name="result">The tree.</param>
    /// <param name="host">The machine or the cell.</param>
    /// <param name="source">The job or the volume.</param>
    /// <param name="tags">Words to record.</param>
    /// <param name="previous">The snapshot before; null if there is none.</param>
    public static SnapshotHead HeadOf(
        BackupResult result, string host, string source, IReadOnlyList<string> tags, SnapshotHead? previous) => new()
        {
            Id = default,
            Host = host,
            Source = source,
            Started = result.Started,
            Ended = result.Ended,
            Tags = tags,
            Agent = Product.Agent,
            Root = result.Root,
            Previous = previous?.Id,
            IsPartial = result.IsPartial,
            HasXattrs = result.HasXattrs,
            HasAcls = result.HasAcls,
            Statistics = result.Statistics,
        };

    /// <summary>The body.</summary>
    /// <param name="result">The tree.</param>
    public static SnapshotBody BodyOf(BackupResult result) => new()
    {
        RootNode = result.RootNode,
        RootUser = result.RootUser,
        RootGroup = result.RootGroup,
        Paths = result.Paths,
        Problems = result.Problems,
        MoreProblems = Math.Max(0, result.Statistics.Problems - result.Problems.Count),
        Omissions = result.Omissions,
        MoreOmissions = result.MoreOmissions,
        Selection = result.Selection,
    };
}
