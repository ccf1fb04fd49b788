using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Backups;

/// <summary>Finds the source name of a backup and the snapshot it continues.</summary>
public static class PreviousSnapshot
{
    /// <summary>Looks through the snapshots that were listed after the lease was put.</summary>
    /// <param name="reader">The repository.</param>
    /// <param name="host">The host.</param>
    /// <param name="source">The name the user gave; null makes one of <paramref name="paths"/>.</param>
    /// <param name="paths">The recorded paths, raw.</param>
    public static (string Source, SnapshotHead? Previous) Find(
        RepositoryReader reader,
        string host,
        string? source,
        IReadOnlyList<ReadOnlyMemory<byte>> paths)
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
        reader.OwnSnapshots.Where(s => s.Host == host && s.Source == source).MaxBy(s => s.Started);

    /// <summary>A snapshot that does not say which paths it holds is taken for one of these: its name says so.</summary>
    private static bool HasPaths(
        RepositoryReader reader, SnapshotHead snapshot, IReadOnlyList<ReadOnlyMemory<byte>> paths) =>
        snapshot.PathsHash.IsEmpty || snapshot.PathsHash.Span.SequenceEqual(reader.HashPaths(paths));
}
