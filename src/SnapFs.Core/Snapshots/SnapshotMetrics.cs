using System.Globalization;
using System.Text;
using SnapFs.Trees;

namespace SnapFs.Snapshots;

/// <summary>What is stored as metrics in the text format of Prometheus, as its node exporter reads them out of a directory
/// (<c>prometheus.io/docs/instrumenting/exposition_formats</c>, version 0.0.4).</summary>
public static class SnapshotMetrics
{
    private static readonly (string Name, string Help, Func<SnapshotSeries, double> Value)[] OfSeries =
    [
        ("snapshots", "Snapshots of a host and source.", series => series.Count),
        ("last_snapshot_start_time_seconds", "When the newest snapshot began.", series => Seconds(series.Last.Started)),
        ("last_snapshot_end_time_seconds", "When the newest snapshot ended.", series => Seconds(series.Last.Ended)),
        ("last_snapshot_files", "Files in the newest snapshot.", series => series.Last.Statistics.Files),
        ("last_snapshot_bytes", "Sum of the sizes of these files.", series => series.Last.Statistics.Bytes),
        ("last_snapshot_added_bytes", "Plain bytes that were not stored before.", series => series.Last.Statistics.BytesAdded),
        ("last_snapshot_stored_bytes", "Bytes of the packs that it wrote.", series => series.Last.Statistics.BytesStored),
        ("last_snapshot_problems", "What could not be read.", series => series.Last.Statistics.Problems),
        ("last_snapshot_partial", "1 if something could not be read.", series => series.Last.IsPartial ? 1 : 0),
    ];

    /// <summary>Writes the metrics of hosts and sources.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="all">The hosts and sources.</param>
    public static void Append(StringBuilder text, IReadOnlyList<SnapshotSeries> all)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach ((string name, string help, Func<SnapshotSeries, double> value) in OfSeries)
        {
            Begin(text, name, help);
            foreach (SnapshotSeries series in all)
            {
                Add(text, name, $"{{host=\"{Label(series.Host)}\",source=\"{Label(series.Source)}\"}}", value(series));
            }
        }
    }

    /// <summary>Writes one metric without labels.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="name">What stands after <c>snapfs_</c>.</param>
    /// <param name="help">What it is.</param>
    /// <param name="value">Its value now.</param>
    public static void Append(StringBuilder text, string name, string help, double value)
    {
        ArgumentNullException.ThrowIfNull(text);
        Begin(text, name, help);
        Add(text, name, "", value);
    }

    private static void Begin(StringBuilder text, string name, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP snapfs_{name} {help}\n# TYPE snapfs_{name} gauge\n");

    private static void Add(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"snapfs_{name}{labels} {value:0.###}\n");

    private static double Seconds(Timestamp time) =>
        (time.ToDateTimeOffset() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>The three characters that the format escapes.</summary>
    private static string Label(string value) => value
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);
}
