using SnapFs.Snapshots;

namespace SnapFs.Mount.Histories;

/// <summary>Which snapshot tells what is there still, and of which paths it does. Immutable.</summary>
internal sealed class DeletionScope
{
    /// <summary>Nothing is known to be deleted.</summary>
    internal static readonly DeletionScope None = new(-1, [], []);

    private readonly List<byte[]> _paths;
    private readonly OmittedPaths _omitted;

    private DeletionScope(int newest, List<byte[]> paths, IReadOnlyList<Omission> omissions)
    {
        Newest = newest;
        _paths = paths;
        _omitted = new OmittedPaths(omissions);
    }

    /// <summary>The snapshot that tells what is there still; -1 for none.</summary>
    internal int Newest { get; }

    /// <summary>Finds the newest of some snapshots that is whole or says what it lacks.</summary>
    /// <param name="set">The snapshots.</param>
    /// <param name="read">Gives the body of one; null if it cannot be read.</param>
    internal static DeletionScope Of(SnapshotSet set, Func<SnapshotHead, SnapshotBody?> read)
    {
        for (int i = set.Heads.Count - 1; i >= 0; i--)
        {
            if (read(set.Heads[i]) is { } body && IsTelling(set.Heads[i], body))
            {
                return new DeletionScope(i, [.. body.Paths.Select(path => path.ToArray())], body.Omissions);
            }
        }

        return None;
    }

    /// <summary>Whether a path that the snapshot has not was deleted: not only left out, not to be read, or no part of the backup any
    /// more.</summary>
    /// <param name="path">Absolute, raw.</param>
    internal bool TellsOf(ReadOnlySpan<byte> path)
    {
        bool isBackedUp = _paths.Count == 0;
        foreach (byte[] backedUp in _paths)
        {
            isBackedUp |= RecordedPath.IsWithin(path, backedUp);
        }

        return isBackedUp && !IsOmitted(path);
    }

    /// <summary>Whether something below a directory may have been deleted.</summary>
    /// <param name="path">Absolute, raw.</param>
    internal bool TellsBelow(ReadOnlySpan<byte> path)
    {
        bool isOnTheWay = _paths.Count == 0;
        foreach (byte[] backedUp in _paths)
        {
            isOnTheWay |= RecordedPath.IsWithin(path, backedUp) || RecordedPath.IsWithin(backedUp, path);
        }

        return isOnTheWay && !IsOmitted(path);
    }

    /// <summary>A partial snapshot of an old version does not say what it lacks, nor does one that lacks more than it had room for.
    /// </summary>
    private static bool IsTelling(SnapshotHead head, SnapshotBody body) => !head.IsPartial
        || (body.Omissions.Count + body.MoreOmissions.Count > 0 && !body.MoreOmissions.Keys.Any(OmissionKinds.IsUnread));

    private bool IsOmitted(ReadOnlySpan<byte> path) => _omitted.Contains(path) || _omitted.ContainsAbove(path);
}
