using SnapFs.Mount.Histories;
using SnapFs.Mount.Kinds;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Layouts;

/// <summary>
/// Lays snapshots out: <c>hosts/HOST/SOURCE/TIME</c> are the trees, with <c>latest</c> beside them; links lead there
/// from <c>dates/DAY/HOST/SOURCE/TIME</c>, <c>tags/TAG/HOST/SOURCE/TIME</c> and <c>ids/HEX</c>; <c>versions/HOST/SOURCE</c> has their
/// paths with all versions, <c>deleted/HOST/SOURCE</c> those that are not there any more. What a kind of snapshots lays out itself
/// (<see cref="SnapshotKind"/>) has links from <c>ids</c> and <c>tags</c> only.
/// </summary>
/// <remarks>Hosts and sources are planned at once, and each list of snapshots when somebody first looks at it.</remarks>
internal sealed class LayoutPlan
{
    /// <summary>Hexadecimal digits of an id that name a snapshot, unless two need more to differ.</summary>
    private const int MinIdDigits = 8;

    internal const string Latest = "latest";

    /// <summary>The way to the root from a directory of one host and source below a day or a tag.</summary>
    private const string FourUp = "../../../../";

    private readonly IReadOnlyList<SnapshotHead> _heads;
    private readonly Func<SnapshotHead, bool> _isHidden;
    private readonly List<Series> _series;
    private readonly List<(SnapshotHead Head, string Place)> _ofKinds = [];

    private LayoutPlan(
        IReadOnlyList<SnapshotHead> heads, IReadOnlyList<SnapshotKind> kinds, Func<SnapshotHead, bool> isHidden)
    {
        _heads = heads;
        _isHidden = isHidden;
        _series =
        [
            .. heads.Where(head => !kinds.Any(kind => kind.LaysOut(head)))
                .GroupBy(head => (head.Host, head.Source))
                .Select(group => new Series(
                    LayoutName.Of(group.Key.Host), LayoutName.Of(group.Key.Source), [.. group.Order(SnapshotHead.ByTime)])),
        ];
    }

    internal static PlanNode Make(
        IReadOnlyList<SnapshotHead> heads, IReadOnlyList<SnapshotKind> kinds, Func<SnapshotHead, bool> isHidden) =>
        new LayoutPlan(heads, kinds, isHidden).Make(kinds);

    private PlanNode Make(IReadOnlyList<SnapshotKind> kinds)
    {
        PlanNode root = PlanNode.Directory();
        PlanNode hosts = root.Enter("hosts");
        foreach (Series series in _series)
        {
            PlanNode snapshots = PlanNode.Later(
                () => Snapshots(series), NewestOf(series.Heads), hide: series.Heads.TrueForAll(head => _isHidden(head)));
            hosts.Enter(series.Host).Children!.Add(series.Source, snapshots); // a directory, as the next
        }

        AddPast(root.Enter("versions"), kinds, showsDeleted: false);
        AddPast(root.Enter("deleted"), kinds, showsDeleted: true);
        root.Children!.Add("dates", PlanNode.Later(Dates, NewestOf(_series.SelectMany(series => series.Heads)), hide: false));
        root.Children.Add("tags", PlanNode.Later(Tags, NewestOf(_heads.Where(head => head.Tags.Count > 0)), hide: false));
        root.Children.Add("ids", PlanNode.Later(Ids, NewestOf(_heads), hide: false));
        HashSet<string> own = [.. root.Children.Keys];
        foreach (SnapshotKind kind in kinds)
        {
            _ofKinds.AddRange(kind.AddTo(root, [.. _heads.Where(kind.LaysOut).Order(SnapshotHead.ByTime)], _isHidden));
        }

        foreach ((string name, PlanNode top) in root.Children)
        {
            top.HideEmpty(mayHide: !own.Contains(name));
        }

        return root;
    }

    private void AddPast(PlanNode directory, IReadOnlyList<SnapshotKind> kinds, bool showsDeleted)
    {
        foreach (Series series in _series.Where(series => !series.Heads.Exists(head => kinds.Any(kind => kind.Takes(head)))))
        {
            Timestamp newest = NewestOf(series.Heads);
            directory.Enter(series.Host).Children!.Add(series.Source, new PlanNode // a directory
            {
                Past = new SnapshotSet(series.Heads, series.Place, newest),
                ShowsDeleted = showsDeleted,
                Modified = newest,
                IsHidden = series.Heads.TrueForAll(head => _isHidden(head)),
            });
        }
    }

    private static Timestamp NewestOf(IEnumerable<SnapshotHead> heads) => heads.Select(head => head.Ended).DefaultIfEmpty().Max();

    private PlanNode Snapshots(Series series)
    {
        PlanNode directory = PlanNode.Directory();
        bool hide = false;
        string latest = "";
        foreach ((SnapshotHead head, string name) in SnapshotNames.Name(series.Heads))
        {
            hide = _isHidden(head);
            latest = name;
            directory.Show(name, head, SnapshotPart.Whole, hide);
        }

        directory.Children![Latest] = new PlanNode { Target = latest, IsHidden = hide };
        return directory;
    }

    private PlanNode Dates()
    {
        PlanNode dates = PlanNode.Directory();
        foreach (Series series in _series)
        {
            foreach ((SnapshotHead head, string name) in SnapshotNames.Name(series.Heads))
            {
                PlanNode directory = dates.Enter(SnapshotNames.DayOf(head)).Enter(series.Host).Enter(series.Source);
                Link(directory, name, FourUp, series.PlaceOf(name), head);
            }
        }

        return dates;
    }

    private PlanNode Tags()
    {
        PlanNode tags = PlanNode.Directory();
        foreach ((SnapshotHead head, string place) in Places().Where(place => place.Head.Tags.Count > 0))
        {
            foreach (string tag in head.Tags.Distinct(StringComparer.Ordinal))
            {
                PlanNode directory =
                    tags.Enter(LayoutName.Of(tag)).Enter(LayoutName.Of(head.Host)).Enter(LayoutName.Of(head.Source));
                Link(directory, place[(place.LastIndexOf('/') + 1)..], FourUp, place, head);
            }
        }

        return tags;
    }

    private PlanNode Ids()
    {
        PlanNode ids = PlanNode.Directory();
        Dictionary<SnapshotHead, string> names = NameIds(_heads);
        foreach ((SnapshotHead head, string place) in Places())
        {
            Link(ids, names[head], "../", place, head);
        }

        return ids;
    }

    /// <summary>Where each snapshot is, below the root.</summary>
    private IEnumerable<(SnapshotHead Head, string Place)> Places() => _series
        .SelectMany(series => SnapshotNames.Name(series.Heads).Select(named => (named.Head, series.PlaceOf(named.Name))))
        .Concat(_ofKinds);

    /// <param name="directory">Gets the link.</param>
    /// <param name="name">Its name.</param>
    /// <param name="up">The way from there to the root.</param>
    /// <param name="place">The way on to the snapshot.</param>
    /// <param name="head">The snapshot.</param>
    private void Link(PlanNode directory, string name, string up, string place, SnapshotHead head) =>
        directory.Children![name] = // a directory
            new PlanNode { Target = up + place, IsHidden = _isHidden(head), Modified = head.Ended };

    private static Dictionary<SnapshotHead, string> NameIds(IReadOnlyList<SnapshotHead> heads)
    {
        SnapshotHead[] sorted = [.. heads];
        Array.Sort(sorted, (left, right) => left.Id.Span.SequenceCompareTo(right.Id.Span));
        Dictionary<SnapshotHead, string> names = new(sorted.Length, ReferenceEqualityComparer.Instance);
        for (int i = 0; i < sorted.Length; i++)
        {
            int shared = Math.Max(
                i == 0 ? 0 : SharedDigits(sorted[i], sorted[i - 1]),
                i == sorted.Length - 1 ? 0 : SharedDigits(sorted[i], sorted[i + 1]));
            string hex = sorted[i].Id.ToString();
            names.Add(sorted[i], hex[..Math.Min(Math.Max(MinIdDigits, shared + 1), hex.Length)]);
        }

        return names;
    }

    /// <summary>How many hexadecimal digits two ids have in common at their beginning.</summary>
    private static int SharedDigits(SnapshotHead left, SnapshotHead right)
    {
        int bytes = left.Id.Span.CommonPrefixLength(right.Id.Span);
        return bytes < ObjectId.Length && left.Id.Span[bytes] >> 4 == right.Id.Span[bytes] >> 4 ? (2 * bytes) + 1 : 2 * bytes;
    }

    /// <summary>The snapshots of one host and source.</summary>
    /// <param name="Host">The name of its directory.</param>
    /// <param name="Source">The name of that of the source in it.</param>
    /// <param name="Heads">The snapshots, the oldest first.</param>
    private sealed record Series(string Host, string Source, List<SnapshotHead> Heads)
    {
        internal string Place => $"hosts/{Host}/{Source}";

        internal string PlaceOf(string name) => $"{Place}/{name}";
    }
}
