using System.Globalization;
using System.Text;
using SnapFs.Mount.Kinds;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Layouts;

/// <summary>The text of <c>.snapfs/status</c>: what is stored of each host and source, and how old the last is.</summary>
/// <remarks>Everybody who may enter the mount can read it, so hosts that are hidden from others are only counted.
/// </remarks>
internal sealed class StatusText
{
    internal static readonly StatusText Empty = new([], [], _ => false);

    /// <summary>Made when it is first asked for, which in the life of most mounts is never.</summary>
    private readonly Lazy<List<(string Host, string Source, SnapshotHead Last, int Count, string State)>> _series;
    private readonly int _total;
    private readonly int _hidden;

    internal StatusText(
        IReadOnlyList<SnapshotHead> heads, IReadOnlyList<SnapshotKind> kinds, Func<SnapshotHead, bool> isHidden)
    {
        _total = heads.Count;
        _hidden = heads.Count(isHidden);
        _series = new(() => SeriesOf(heads.Where(head => !isHidden(head)), kinds));
    }

    /// <summary>The text at a moment; ages are whole minutes.</summary>
    internal string Format(DateTimeOffset now)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"snapshots {_total}\n");
        if (_hidden > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"of hosts not shown to others {_hidden}\n");
        }

        text.Append("\nhost/source  snapshots  last (UTC)  age  files  bytes  state\n");
        foreach ((string host, string source, SnapshotHead last, int count, string state) in _series.Value)
        {
            DateTimeOffset time = last.Started.ToDateTimeOffset();
            text.Append(
                CultureInfo.InvariantCulture,
                $"{LayoutName.Of(host)}/{LayoutName.Of(source)}  {count}  {time:yyyy-MM-dd'T'HH:mm:ss'Z'}  {Age(now - time)}  ")
                .Append(CultureInfo.InvariantCulture, $"{last.Statistics.Files}  {last.Statistics.Bytes}  ")
                .Append(state).Append('\n');
        }

        return text.ToString();
    }

    private static List<(string Host, string Source, SnapshotHead Last, int Count, string State)> SeriesOf(
        IEnumerable<SnapshotHead> heads, IReadOnlyList<SnapshotKind> kinds) =>
    [
        .. heads.GroupBy(head => (head.Host, head.Source))
            .Select(series => (series.Key, Last: series.MaxBy(head => head.Started)!, Count: series.Count()))
            .Select(series => (series.Key.Host, series.Key.Source, series.Last, series.Count, StateOf(series.Last, kinds)))
            .OrderBy(series => series.Host, StringComparer.Ordinal)
            .ThenBy(series => series.Source, StringComparer.Ordinal),
    ];

    private static string StateOf(SnapshotHead head, IReadOnlyList<SnapshotKind> kinds) =>
        kinds.Select(kind => kind.Takes(head) ? kind.StateOf(head) : null).FirstOrDefault(state => state is not null)
        ?? (head.IsPartial ? "partial" : "complete");

    private static string Age(TimeSpan age) => age switch
    {
        { Ticks: < 0 } => "in the future",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Minutes}min"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Hours}h{age.Minutes}min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)age.TotalDays}d{age.Hours}h"),
    };
}
