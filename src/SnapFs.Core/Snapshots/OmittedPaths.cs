using System.Text;

namespace SnapFs.Snapshots;

/// <summary>Where a snapshot has nothing, or not all: none of that was deleted. Immutable.</summary>
/// <param name="omissions">What the snapshot says that it lacks.</param>
public sealed class OmittedPaths(IEnumerable<Omission> omissions)
{
    // What is there in part is not the snapshot's to lack.
    private readonly HashSet<string> _paths = new(
        omissions.Where(omission => OmissionKinds.IsAbsence(omission.Kind)).Select(omission => Key(omission.Path.Span)),
        StringComparer.Ordinal);

    /// <summary>Whether there are any.</summary>
    public bool HasAny => _paths.Count > 0;

    /// <summary>Whether a directory, or all that is below it, may lack something.</summary>
    /// <param name="path">Absolute, raw.</param>
    public bool Contains(ReadOnlySpan<byte> path) => HasAny && _paths.Contains(Key(path));

    /// <summary>Whether the same is so of something above a path.</summary>
    /// <param name="path">Absolute, raw.</param>
    public bool ContainsAbove(ReadOnlySpan<byte> path)
    {
        if (!HasAny)
        {
            return false;
        }

        for (int end = path.LastIndexOf((byte)'/'); end > 0; end = path[..end].LastIndexOf((byte)'/'))
        {
            if (_paths.Contains(Key(path[..end])))
            {
                return true;
            }
        }

        return _paths.Contains("/");
    }

    private static string Key(ReadOnlySpan<byte> path) => Encoding.Latin1.GetString(path);
}
