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
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">There is none, or more than one.</exception>
    public static SnapshotHead Find(
        RepositoryReader reader,
        SnapshotReference reference,
        string? host,
        string thisHost,
        CancellationToken cancellationToken)
    {
        using SnapshotBrowser browser = new(reader, cancellationToken);
        LatestRule latest = new(host, thisHost, browser.CoverOf);
        return SnapshotResolver.Resolve(reader.Snapshots, reference, latest);
    }
}
