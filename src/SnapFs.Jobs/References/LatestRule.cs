using SnapFs.Snapshots;

namespace SnapFs.Jobs.References;

/// <summary>
/// Which snapshot <c>latest</c> is where a repository has several hosts or sources: the newest of the host that was
/// named, otherwise of this one, otherwise of the only one.
/// </summary>
/// <param name="Host">The host that was named; null if none was.</param>
/// <param name="ThisHost">The name of this machine.</param>
/// <param name="CoverOf">What a snapshot knows of a path; asked only if there are several sources.</param>
public sealed record LatestRule(string? Host, string ThisHost, Func<SnapshotHead, byte[], PathCover> CoverOf)
{
    /// <summary>What day it is.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where a time is that does not say it.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Chooses among the latest of each host and source.</summary>
    /// <param name="latest">One of each; not empty.</param>
    /// <param name="path">The part of the snapshot that is meant, absolute; null for all of it.</param>
    /// <returns>One snapshot, or none, or all that the user must choose from.</returns>
    public List<SnapshotHead> Choose(List<SnapshotHead> latest, byte[]? path)
    {
        List<string> hosts = [.. latest.Select(s => s.Host).Distinct()];
        string? host = Host ?? (hosts.Contains(ThisHost) ? ThisHost : hosts.Count == 1 ? hosts[0] : null);
        if (host is null)
        {
            return latest;
        }

        List<SnapshotHead> newestFirst =
        [
            .. latest
                .Where(s => s.Host == host)
                .OrderByDescending(s => s.Started)
                .ThenBy(s => s.Id.ToString(), StringComparer.Ordinal),
        ];
        if (newestFirst.Count < 2 || path is null)
        {
            return [.. newestFirst.Take(1)];
        }

        // /etc is also an ancestor in a newer snapshot of /etc/nginx alone, which holds nothing else of it.
        return [newestFirst.MaxBy(s => CoverOf(s, path))!]; // at least two: there is a greatest, the first of equals
    }
}
