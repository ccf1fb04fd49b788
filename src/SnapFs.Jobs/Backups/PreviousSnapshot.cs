using SnapFs.Repository;
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
    /// <param name="warn">Told if a snapshot does not say which paths it holds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static (string Source, SnapshotHead? Previous) Find(
        RepositoryReader reader,
        string host,
        string? source,
        IReadOnlyList<ReadOnlyMemory<byte>> paths,
        Action<string> warn,
        CancellationToken cancellationToken)
    {
        string name = source ?? SourceNames.For(paths);
        SnapshotHead? previous = Latest(reader, host, name);
        if (source is null && previous is not null && !HasPaths(reader, previous, paths, warn, cancellationToken))
        {
            // /a-b and /a/b have one plain name; their snapshots are not versions of each other.
            name = SourceNames.WithSuffix(name, paths);
            previous = Latest(reader, host, name);
        }

        return (name, previous);
    }

    private static SnapshotHead? Latest(RepositoryReader reader, string host, string source) =>
        reader.Snapshots.Where(s => s.Host == host && s.Source == source).MaxBy(s => s.Started);

    /// <summary>A snapshot whose paths cannot be read is taken for one of these paths: its name says so, and a backup that
    /// did not begin for that would be missing each night from then on.</summary>
    private static bool HasPaths(
        RepositoryReader reader,
        SnapshotHead snapshot,
        IReadOnlyList<ReadOnlyMemory<byte>> paths,
        Action<string> warn,
        CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<ReadOnlyMemory<byte>> others = reader.ReadBody(snapshot.Id, cancellationToken).Paths;
            return others.Count == paths.Count
                && paths.All(path => others.Any(other => other.Span.SequenceEqual(path.Span)));
        }
        catch (WrongKeyException)
        {
            return true; // a key that only writes never knows more than the name
        }
        catch (SnapFsException e) when (e is DamagedException or NewerFormatException)
        {
            warn($"{e.Message}; this backup continues it by its name, {snapshot.Host}:{snapshot.Source}");
            return true;
        }
    }
}
