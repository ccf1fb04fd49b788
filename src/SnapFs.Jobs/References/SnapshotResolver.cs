using System.Globalization;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Jobs.References;

/// <summary>Finds the one snapshot that a reference names.</summary>
public static class SnapshotResolver
{
    private const int MaxCandidates = 8;

    /// <summary>Finds a snapshot.</summary>
    /// <param name="snapshots">All there are, by start time.</param>
    /// <param name="reference">Which one.</param>
    /// <param name="latest">What <c>latest</c> is.</param>
    /// <exception cref="JobException">There is none, or more than one; then the message lists them.</exception>
    public static SnapshotHead Resolve(
        IReadOnlyList<SnapshotHead> snapshots, SnapshotReference reference, LatestRule latest)
    {
        List<SnapshotHead> matches = Matches(snapshots, reference, latest);
        string shown = SafeText.Of(reference.Text);
        if (matches.Count == 1)
        {
            return latest.Host is null || latest.Host == matches[0].Host
                ? matches[0]
                : throw new JobException(
                    ErrorKind.NotFound,
                    $"'{shown}' is of the host {SafeText.Of(matches[0].Host)}, not of {SafeText.Of(latest.Host)}");
        }

        if (matches.Count == 0)
        {
            string host = latest.Host is null ? "" : $" of the host {SafeText.Of(latest.Host)}";
            throw new JobException(ErrorKind.NotFound, snapshots.Count == 0
                ? "there is no snapshot in this repository yet; run 'snapfs backup PATH'"
                : $"there is no snapshot '{shown}'{host}{WhyNone(reference)}; 'snapfs snapshots' lists those there are");
        }

        IEnumerable<string> names = matches
            .Take(MaxCandidates)
            .Select(s => $"{SnapshotNames.ShortId(s)} ({SafeText.Of(SnapshotNames.NameOf(s))})");
        string more = matches.Count > MaxCandidates ? $" and {matches.Count - MaxCandidates} more" : "";
        string hint = reference.IsLatest ? ", or a host with --host" : "";
        throw new JobException(
            ErrorKind.Refused,
            $"'{shown}' may be {matches.Count} snapshots; name one of {string.Join(", ", names)}{more}{hint}");
    }

    private static string WhyNone(SnapshotReference reference) =>
        reference.Time is not null ? ", nor an older one" : reference.Back > 0 ? ": there are not so many" : "";

    private static List<SnapshotHead> Matches(
        IReadOnlyList<SnapshotHead> snapshots, SnapshotReference reference, LatestRule latest)
    {
        if (reference.IdPrefix is { } prefix)
        {
            return [.. snapshots.Where(s => s.Id.ToString().StartsWith(prefix, StringComparison.Ordinal))];
        }

        IEnumerable<SnapshotHead> ofSource = snapshots.Where(s =>
            (reference.Host is null || s.Host == reference.Host)
            && (reference.Source is null || s.Source == reference.Source));
        int back = reference.Back;
        if (reference.SourceAsTyped is { } whole
            && snapshots.Any(s => s.Host == reference.Host && s.Source == whole))
        {
            // The job is called so: its name, as lists show it, goes before a time of a job with a shorter one.
            ofSource = snapshots.Where(s => s.Host == reference.Host && s.Source == whole);
            back = 0;
        }
        else if (reference.Time is { } time)
        {
            ofSource = NotAfter(ofSource, time, latest);
        }

        Dictionary<(string Host, string Source), List<SnapshotHead>> jobs = ofSource
            .GroupBy(s => (s.Host, s.Source))
            .ToDictionary(job => job.Key, job => job.OrderDescending(SnapshotHead.ByTime).ToList());
        List<SnapshotHead> newest = [.. jobs.Values.Select(job => job[0])];
        List<SnapshotHead> chosen = reference.IsLatest && newest.Count > 0 ? latest.Choose(newest, reference.Path) : newest;
        return [.. chosen.SelectMany(s => jobs[(s.Host, s.Source)].Skip(back).Take(1))];
    }

    /// <summary>What there was at a time. Two in one second are told apart as the mount does it: the second one gets <c>-2</c>.
    /// </summary>
    private static IEnumerable<SnapshotHead> NotAfter(IEnumerable<SnapshotHead> snapshots, string time, LatestRule latest)
    {
        int mark = time.IndexOf("Z-", StringComparison.Ordinal);
        if (mark > 0
            && int.TryParse(time.AsSpan(mark + 2), NumberStyles.None, CultureInfo.InvariantCulture, out int ordinal))
        {
            return snapshots
                .Where(s => SnapshotNames.TimeOf(s) == time[..(mark + 1)])
                .Order(SnapshotHead.ByTime)
                .Skip(Math.Max(ordinal, 1) - 1)
                .Take(1);
        }

        Timestamp end = SnapshotTime.EndOf(time, latest.Clock, latest.Zone);
        return snapshots.Where(s => s.Started < end);
    }
}
