using SnapFs.Jobs.Browsing;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.References;

/// <summary>Finds the snapshots of a repository that references name.</summary>
public static class SnapshotFinder
{
    /// <summary>Finds one.</summary>
    /// <param name="reader">The repository.</param>
    /// <param name="reference">What names it.</param>
    /// <param name="host">The host whose newest snapshot <c>latest</c> is; null for any, this machine's first.</param>
    /// <param name="thisHost">The name of this machine.</param>
    /// <param name="zone">Where a time is that does not say it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">There is none, or more than one, or what is sought may be what cannot be read.</exception>
    public static SnapshotHead Find(
        RepositoryReader reader,
        SnapshotReference reference,
        string? host,
        string thisHost,
        TimeZoneInfo zone,
        CancellationToken cancellationToken)
    {
        using SnapshotBrowser browser = new(reader, cancellationToken);
        LatestRule latest = new(host, thisHost, browser.CoverOf) { Zone = zone };
        try
        {
            return SnapshotResolver.Resolve(reader.Snapshots, reference, latest);
        }
        catch (JobException e) when (e.Kind == ErrorKind.NotFound && CandidatesOf(reader, reference) is [{ } first, ..] problems)
        {
            SnapFsException worst = problems.FirstOrDefault(problem => problem.Kind == ErrorKind.Damaged) ?? first;
            throw new JobException(worst.Kind, $"{e.Message}; it may be one that cannot be read: {worst.Message}");
        }
    }

    /// <summary>The snapshots that cannot be read, if one of them may be what a reference means: whatever names no id means the
    /// newest of some, and which that is nobody knows then.</summary>
    public static IReadOnlyList<SnapFsException> DoubtsOf(RepositoryReader reader, SnapshotReference reference) =>
        reference.IdPrefix is null ? CandidatesOf(reader, reference) : [];

    /// <summary>What is wrong with those that cannot be read and may have the name or the id.</summary>
    private static IReadOnlyList<SnapFsException> CandidatesOf(RepositoryReader reader, SnapshotReference reference) =>
    [
        .. reader.LostKeys,
        .. reader.UnreadSnapshots
            .Where(snapshot => reference.IdPrefix is not { } id || snapshot.Id.ToString().StartsWith(id, StringComparison.Ordinal))
            .Select(snapshot => snapshot.Problem),
    ];
}
