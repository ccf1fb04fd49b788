using SnapFs.Snapshots;

namespace SnapFs.Jobs.Browsing;

/// <summary>What snapshots are of. Those of the same paths are asked once.</summary>
/// <param name="source">The snapshots.</param>
/// <param name="cancellationToken">Gives up.</param>
public sealed class SnapshotPaths(ISnapshotSource source, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, IReadOnlyList<ReadOnlyMemory<byte>>> _byHash = new(StringComparer.Ordinal);

    /// <summary>The paths that were backed up, absolute, raw; none if they cannot be read, or if it was no backup of files.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Of(SnapshotHead snapshot)
    {
        string hash = Convert.ToHexString(snapshot.PathsHash.Span);
        if (hash.Length > 0 && _byHash.TryGetValue(hash, out IReadOnlyList<ReadOnlyMemory<byte>>? known))
        {
            return known;
        }

        IReadOnlyList<ReadOnlyMemory<byte>> paths;
        try
        {
            paths = source.ReadBody(snapshot.Id, cancellationToken).Paths;
        }
        catch (SnapFsException e) when (e.IsOfOneObject || e.Kind == ErrorKind.WrongKey)
        {
            return []; // another of the same paths may be readable; a check tells of this one
        }

        _byHash[hash] = paths;
        return paths;
    }

    /// <summary>Whether a path, or a directory above it, was backed up.</summary>
    /// <param name="snapshot">Where.</param>
    /// <param name="path">Absolute, normalised.</param>
    public bool Covers(SnapshotHead snapshot, byte[] path) =>
        Of(snapshot).Any(backedUp => RecordedPath.IsWithin(path, backedUp.Span));
}
