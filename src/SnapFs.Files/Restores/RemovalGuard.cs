using SnapFs.Files.Excludes;
using SnapFs.Files.Scanning;
using SnapFs.Snapshots;

namespace SnapFs.Files.Restores;

/// <summary>
/// Knows what a snapshot lacks although the source may have had it: what the backup could not read and what it was told to leave out.
/// None of that is removed by <c>--delete</c>, nor what the restore itself leaves alone. Safe for concurrent use.
/// </summary>
internal sealed class RemovalGuard
{
    private readonly OmittedPaths _omitted;
    private readonly PatternSet _excludes;
    private readonly PatternSet _leftAlone;
    private readonly bool _sparesCaches;

    /// <param name="omissions">What the snapshot lacks.</param>
    /// <param name="selection">What the backup was told to leave out; null if that is not known.</param>
    /// <param name="leftAlone">What the restore was told to leave alone.</param>
    public RemovalGuard(IReadOnlyList<Omission> omissions, SnapshotSelection? selection, PatternSet leftAlone)
    {
        _leftAlone = leftAlone;
        _omitted = new OmittedPaths(omissions);
        _excludes = PatternSet.FromLines(selection?.Excludes ?? []);
        _sparesCaches = selection?.ExcludesCaches ?? false;
    }

    /// <summary>Whether anything is covered at all.</summary>
    public bool HasOmissions => _omitted.HasAny;

    /// <summary>Whether a directory, or all that is below it, may lack something.</summary>
    public bool Covers(RestorePath path) =>
        _omitted.HasAny && path.Length <= SnapshotLimits.MaxRecordedPath && _omitted.Contains(path.ToBytes());

    /// <summary>Whether something above a path, of which the path is one part, is covered.</summary>
    public bool CoversAbove(RestorePath path)
    {
        if (!_omitted.HasAny)
        {
            return false;
        }

        while (path.Parent is { } parent)
        {
            path = parent;
        }

        return _omitted.ContainsAbove(path.ToBytes());
    }

    /// <summary>Whether an entry that the snapshot does not have must stay.</summary>
    /// <param name="directory">Where it is; nothing of it or above it is covered.</param>
    /// <param name="path">The entry.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    public bool Spares(RestorePath directory, RestorePath path, bool isDirectory) =>
        Covers(path) || Matches(_excludes, directory, path, isDirectory) || Matches(_leftAlone, directory, path, isDirectory);

    /// <summary>Whether what is in an open directory must stay because the backup left out what is marked as a cache.</summary>
    public bool SparesContent(int directory) => _sparesCaches && CacheTag.IsIn(directory);

    private static bool Matches(PatternSet patterns, RestorePath directory, RestorePath path, bool isDirectory) =>
        !patterns.IsEmpty && patterns.IsMatch(directory.ToBytes(), path.Name, isDirectory);
}
