using System.Globalization;
using System.Text;
using SnapFs.Mount.Kinds;
using SnapFs.Snapshots;
using SnapFs.Text;

namespace SnapFs.Mount.Layouts;

/// <summary>The texts of <c>.snapfs/status</c> and <c>.snapfs/metrics</c>: what is stored of each host and source, and how old the last
/// is.</summary>
/// <remarks>Everybody who may enter the mount can read them, so hosts that are hidden from others are only counted.
/// </remarks>
internal sealed class StatusText
{
    internal static readonly StatusText Empty = new([], [], _ => false);

    /// <summary>Made when it is first asked for, which in the life of most mounts is never.</summary>
    private readonly Lazy<IReadOnlyList<SnapshotSeries>> _series;
    private readonly Lazy<string> _metrics;
    private readonly IReadOnlyList<SnapshotKind> _kinds;
    private readonly int _total;
    private readonly int _hidden;

    internal StatusText(
        IReadOnlyList<SnapshotHead> heads, IReadOnlyList<SnapshotKind> kinds, Func<SnapshotHead, bool> isHidden)
    {
        _kinds = kinds;
        _total = heads.Count;
        _hidden = heads.Count(isHidden);
        _series = new(() => SnapshotSeries.Of(heads.Where(head => !isHidden(head))));
        _metrics = new(() =>
        {
            StringBuilder text = new();
            SnapshotMetrics.Append(text, _series.Value);
            return text.ToString();
        });
    }

    /// <summary>For programs that watch; the same until snapshots come or go.</summary>
    internal string Metrics => _metrics.Value;

    /// <summary>For people, at a moment; ages are whole minutes.</summary>
    internal string Format(DateTimeOffset now, TimeZoneInfo zone)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"snapshots {_total}\n");
        if (_hidden > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"of hosts not shown to others {_hidden}\n");
        }

        TextTable table = new("Host/source", ">Snapshots", "Last (UTC)", "Last (local)", ">Age", ">Files", ">Size", "State");
        foreach (SnapshotSeries series in _series.Value)
        {
            DateTimeOffset time = series.Last.Started.ToDateTimeOffset();
            table.Add(
                $"{LayoutName.Of(series.Host)}/{LayoutName.Of(series.Source)}",
                series.Count.ToString(CultureInfo.InvariantCulture),
                Units.Time(series.Last.Started),
                Units.LocalTime(series.Last.Started, zone),
                Units.Age(now - time),
                series.Last.Statistics.Files.ToString(CultureInfo.InvariantCulture),
                Units.Bytes(series.Last.Statistics.Bytes),
                StateOf(series.Last));
        }

        return text.Append('\n').Append(table).ToString();
    }

    private string StateOf(SnapshotHead head) =>
        _kinds.Select(kind => kind.Takes(head) ? kind.StateOf(head) : null).FirstOrDefault(state => state is not null)
        ?? (head.IsPartial ? "partial" : "complete");
}
