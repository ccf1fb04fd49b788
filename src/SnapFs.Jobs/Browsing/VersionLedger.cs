using SnapFs.Snapshots;

namespace SnapFs.Jobs.Browsing;

/// <summary>Keeps what is seen of paths from snapshot to snapshot: only what changes has to be entered.</summary>
/// <param name="limit">How many versions are kept at most.</param>
internal sealed class VersionLedger(int limit)
{
    /// <summary>Bytes of the paths that are kept: deep trees have long ones.</summary>
    private const long MaxPathBytes = 256L * 1024 * 1024;

    private static readonly Comparer<byte[]> RawPathOrder =
        Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<SnapshotHead> _snapshots = [];
    private int _versions;
    private long _pathBytes;

    /// <summary>Begins the next snapshot: what was there before and is not entered otherwise is there as it was.</summary>
    internal void Begin(SnapshotHead snapshot) => _snapshots.Add(snapshot);

    /// <summary>Enters what is at a path now.</summary>
    /// <exception cref="JobException">There are too many.</exception>
    internal void Enter(ReadOnlySpan<byte> path, in BrowsedNode node)
    {
        string key = RawText.FromBytes(path);
        if (!_entries.TryGetValue(key, out Entry? entry))
        {
            _pathBytes += path.Length;
            _entries.Add(key, entry = new Entry(path.ToArray()));
        }

        entry.Close(_snapshots.Count - 1);
        entry.GoneAt = -1;
        Version? known = entry.Find(in node);
        if (known is null)
        {
            if (++_versions > limit || _pathBytes > MaxPathBytes)
            {
                throw new JobException(
                    ErrorKind.Refused,
                    $"there are more than {Units.Count(_versions - 1)} versions, which is too much to keep in memory; give a narrower "
                        + "pattern, or a part of a snapshot");
            }

            entry.Versions.Add(known = new Version(node.Detach(), _snapshots.Count - 1));
        }

        known.OpenedAt = _snapshots.Count - 1;
        entry.Current = known;
    }

    /// <summary>Enters that nothing is at a path any more, or what is not looked for.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isGone">Whether nothing is.</param>
    internal void Leave(ReadOnlySpan<byte> path, bool isGone)
    {
        if (_entries.TryGetValue(RawText.FromBytes(path), out Entry? entry))
        {
            Leave(entry, isGone);
        }
    }

    /// <summary>Whether something was entered for a path.</summary>
    internal bool Knows(ReadOnlySpan<byte> path) => _entries.ContainsKey(RawText.FromBytes(path));

    /// <summary>Enters that nothing is anywhere.</summary>
    internal void LeaveAll()
    {
        foreach (Entry entry in _entries.Values)
        {
            Leave(entry, isGone: true);
        }
    }

    private void Leave(Entry entry, bool isGone)
    {
        if (entry.Current is not null)
        {
            entry.Close(_snapshots.Count - 1);
            entry.GoneAt = isGone ? _snapshots.Count - 1 : -1;
        }
    }

    /// <summary>What was seen, by path.</summary>
    internal IEnumerable<PathVersions> End()
    {
        foreach (Entry entry in _entries.Values.OrderBy(entry => entry.Path, RawPathOrder))
        {
            entry.Close(_snapshots.Count);
            yield return new PathVersions(
                entry.Path,
                [.. entry.Versions.Select(v => new PathVersion(v.Node, _snapshots[v.FirstAt], _snapshots[v.LastAt], v.Count))],
                entry.GoneAt < 0 ? null : _snapshots[entry.GoneAt]);
        }
    }

    private sealed class Entry(byte[] path)
    {
        internal byte[] Path => path;

        internal List<Version> Versions { get; } = [];

        internal Version? Current { get; set; }

        internal int GoneAt { get; set; } = -1;

        internal Version? Find(in BrowsedNode node)
        {
            foreach (Version version in Versions)
            {
                BrowsedNode known = version.Node;
                if (TreeComparison.Differ(in known, in node) is null)
                {
                    return version;
                }
            }

            return null;
        }

        /// <summary>Ends what was there before a snapshot.</summary>
        internal void Close(int before)
        {
            if (Current is { } version)
            {
                version.Count += before - version.OpenedAt;
                version.LastAt = Math.Max(version.LastAt, before - 1);
                Current = null;
            }
        }
    }

    private sealed class Version(BrowsedNode node, int firstAt)
    {
        internal BrowsedNode Node => node;

        internal int FirstAt { get; } = firstAt;

        internal int LastAt { get; set; } = firstAt;

        internal int OpenedAt { get; set; } = firstAt;

        internal int Count { get; set; }
    }
}
