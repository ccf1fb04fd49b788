using System.Text;
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
    private readonly HashSet<string> _omitted = new(StringComparer.Ordinal);
    private readonly PatternSet _excludes;
    private readonly PatternSet _leftAlone;
    private readonly bool _sparesCaches;

    /// <param name="omissions">What the snapshot lacks.</param>
    /// <param name="selection">What the backup was told to leave out; null if that is not known.</param>
    /// <param name="leftAlone">What the restore was told to leave alone.</param>
    public RemovalGuard(IReadOnlyList<Omission> omissions, SnapshotSelection? selection, PatternSet leftAlone)
    {
        _leftAlone = leftAlone;
        foreach (Omission omission in omissions)
        {
            // What else the target has of what is there is not the snapshot's.
            if (OmissionKinds.IsAbsence(omission.Kind))
            {
                _omitted.Add(Key(omission.Path.Span));
            }
        }

        _excludes = PatternSet.FromLines(selection?.Excludes ?? []);
        _sparesCaches = selection?.ExcludesCaches ?? false;
    }

    /// <summary>Whether anything is covered at all.</summary>
    public bool HasOmissions => _omitted.Count > 0;

    /// <summary>Whether a directory, or all that is below it, may lack something.</summary>
    public bool Covers(RestorePath path) =>
        _omitted.Count > 0 && path.Length <= SnapshotLimits.MaxRecordedPath && _omitted.Contains(Key(path.ToBytes()));

    /// <summary>Whether something above a path, of which the path is one part, is covered.</summary>
    public bool CoversAbove(RestorePath path)
    {
        if (_omitted.Count == 0)
        {
            return false;
        }

        while (path.Parent is { } parent)
        {
            path = parent;
        }

        byte[] top = path.ToBytes();
        if (_omitted.Contains("/"))
        {
            return true;
        }

        for (int end = top.AsSpan().LastIndexOf((byte)'/'); end > 0; end = top.AsSpan(0, end).LastIndexOf((byte)'/'))
        {
            if (_omitted.Contains(Key(top.AsSpan(0, end))))
            {
                return true;
            }
        }

        return false;
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

    private static string Key(ReadOnlySpan<byte> path) => Encoding.Latin1.GetString(path);
}
