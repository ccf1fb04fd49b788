using SnapFs.Snapshots;

namespace SnapFs.Jobs.Importing;

/// <summary>The topmost paths of a listing, in which a directory mostly comes before what is in it.</summary>
internal sealed class ListedRoots
{
    /// <summary>More are taken for <c>/</c>.</summary>
    private const int Most = 1000;

    private readonly List<byte[]> _roots = [];
    private bool _hasMore;

    /// <summary>Whether the top itself is listed.</summary>
    public bool HasTop { get; private set; }

    /// <summary>Takes a path of the listing.</summary>
    public void Add(byte[] path)
    {
        HasTop |= path.Length == 1;
        if (_hasMore || (_roots.Count > 0 && RecordedPath.IsWithin(path, _roots[^1])))
        {
            return;
        }

        _roots.Add(path);
        _hasMore = _roots.Count > Most;
    }

    /// <summary>All of them, none below another; <c>/</c> if there are none or too many.</summary>
    public IReadOnlyList<byte[]> All => _hasMore || HasTop || _roots.Count == 0 ? ["/"u8.ToArray()] : Topmost;

    /// <summary>The directories above them that are not listed, upper ones first, without the top; null if that is not known.</summary>
    public IReadOnlyList<byte[]>? Above => _hasMore ? null : HasTop ? [] :
    [
        .. Topmost.SelectMany(ParentsOf).DistinctBy(Convert.ToHexString).OrderBy(path => path.Length),
    ];

    private List<byte[]> Topmost =>
    [
        .. _roots.Where(root => !_roots.Exists(other => other.Length < root.Length && RecordedPath.IsWithin(root, other)))
            .DistinctBy(Convert.ToHexString),
    ];

    private static IEnumerable<byte[]> ParentsOf(byte[] path)
    {
        for (int slash = path.AsSpan().LastIndexOf((byte)'/'); slash > 0; slash = path.AsSpan().LastIndexOf((byte)'/'))
        {
            path = path[..slash];
            yield return path;
        }
    }
}
