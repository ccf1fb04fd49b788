namespace SnapFs.Snapshots;

/// <summary>The snapshots of one host and source, for those who watch that backups are made.</summary>
/// <param name="Host">The machine.</param>
/// <param name="Source">The job.</param>
/// <param name="Last">The one that began last.</param>
/// <param name="Count">How many there are.</param>
public sealed record SnapshotSeries(string Host, string Source, SnapshotHead Last, int Count)
{
    /// <summary>Groups snapshots; in order of host and source.</summary>
    public static IReadOnlyList<SnapshotSeries> Of(IEnumerable<SnapshotHead> snapshots) =>
    [
        .. snapshots.GroupBy(head => (head.Host, head.Source))
            .Select(series => new SnapshotSeries(
                series.Key.Host, series.Key.Source, series.MaxBy(head => head.Started)!, series.Count())) // none is empty
            .OrderBy(series => series.Host, StringComparer.Ordinal)
            .ThenBy(series => series.Source, StringComparer.Ordinal),
    ];
}
