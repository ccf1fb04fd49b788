using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Backups;

/// <summary>Finds the source name of a backup and the snapshot it continues.</summary>
internal static class PreviousSnapshot
{
    /// <summary>Looks through the snapshots that were listed after the lease was put.</summary>
    /// <param name="reader">The repository.</param>
    /// <param name="host">The host.</param>
    /// <param name="source">The name the user gave; null makes one of <paramref name="paths"/>.</param>
    /// <param name="paths">The recorded paths, raw.</param>
    public static (string Source, SnapshotHead? Previous) Find(
        RepositoryReader reader, string host, string? source, IReadOnlyList<ReadOnlyMemory<byte>> paths)
    {
        string name = source ?? SourceNames.For(paths);
        SnapshotHead? previous = Latest(reader, host, name);
        if (source is null && previous is not null && !HasPaths(reader, previous, paths))
        {
            // /a-b and /a/b have one plain name; their snapshots are not versions of each other.
            name = SourceNames.WithSuffix(name, paths);
            previous = Latest(reader, host, name);
        }

        return (name, previous);
    }

    private static SnapshotHead? Latest(RepositoryReader reader, string host, string source) =>
        reader.Snapshots.Where(s => s.Host == host && s.Source == source).MaxBy(s => s.Started);

    private static bool HasPaths(
        RepositoryReader reader, SnapshotHead snapshot, IReadOnlyList<ReadOnlyMemory<byte>> paths)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> others = reader.ReadBody(snapshot.Id).Paths;
        return others.Count == paths.Count
            && paths.All(path => others.Any(other => other.Span.SequenceEqual(path.Span)));
    }
}
