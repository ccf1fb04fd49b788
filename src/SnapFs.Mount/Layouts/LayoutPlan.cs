using SnapFs.Mount.Kinds;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Layouts;

/// <summary>
/// Lays snapshots out: <c>hosts/HOST/SOURCE/TIME</c> are the trees, with <c>latest</c> beside them; links lead there
/// from <c>dates/DAY/HOST/SOURCE/TIME</c>, <c>tags/TAG/HOST/SOURCE/TIME</c> and <c>ids/HEX</c>. What a kind of snapshots lays out
/// itself (<see cref="SnapshotKind"/>) has links from <c>ids</c> and <c>tags</c> only.
/// </summary>
internal static class LayoutPlan
{
    /// <summary>Hexadecimal digits of an id that name a snapshot, unless two need more to differ.</summary>
    private const int MinIdDigits = 8;

    internal const string Latest = "latest";

    internal static PlanNode Make(
        IReadOnlyList<SnapshotHead> heads, IReadOnlyList<SnapshotKind> kinds, Func<SnapshotHead, bool> isHidden)
    {
        PlanNode root = PlanNode.Directory();
        PlanNode hosts = root.Enter("hosts");
        PlanNode dates = root.Enter("dates");
        PlanNode tags = root.Enter("tags");
        PlanNode ids = root.Enter("ids");
        HashSet<string> own = [.. root.Children!.Keys]; // a directory
        Dictionary<SnapshotHead, string> idNames = NameIds(heads);
        foreach (IGrouping<(string Host, string Source), SnapshotHead> series in
            heads.Where(head => !kinds.Any(kind => kind.LaysOut(head))).GroupBy(h => (h.Host, h.Source)))
        {
            string host = LayoutName.Of(series.Key.Host);
            string source = LayoutName.Of(series.Key.Source);
            PlanNode directory = hosts.Enter(host).Enter(source);
            bool hide = false;
            string latest = "";
            foreach ((SnapshotHead head, string name) in SnapshotNames.Name(InOrder(series)))
            {
                hide = isHidden(head);
                latest = name;
                string place = $"hosts/{host}/{source}/{name}";
                directory.Show(name, head, SnapshotPart.Whole, hide);
                Link(dates.Enter(SnapshotNames.DayOf(head)).Enter(host).Enter(source), name, 4, place, head, hide);
                Link(ids, idNames[head], 1, place, head, hide);
                LinkTags(tags, name, place, head, hide);
            }

            directory.Children![Latest] = new PlanNode { Target = latest, IsHidden = hide };
        }

        foreach (SnapshotKind kind in kinds)
        {
            foreach ((SnapshotHead head, string place) in
                kind.AddTo(root, [.. InOrder(heads.Where(kind.LaysOut))], isHidden))
            {
                Link(ids, idNames[head], 1, place, head, isHidden(head));
                LinkTags(tags, place[(place.LastIndexOf('/') + 1)..], place, head, isHidden(head));
            }
        }

        foreach ((string name, PlanNode top) in root.Children)
        {
            top.HideEmpty(mayHide: !own.Contains(name));
        }

        return root;
    }

    private static IEnumerable<SnapshotHead> InOrder(IEnumerable<SnapshotHead> heads) =>
        heads.OrderBy(head => head.Started)
            .ThenBy(head => head.Id.ToString(), StringComparer.Ordinal);

    private static void Link(PlanNode directory, string name, int depth, string place, SnapshotHead head, bool hide)
    {
        string target = string.Concat(Enumerable.Repeat("../", depth)) + place;
        directory.Children![name] = new PlanNode { Target = target, IsHidden = hide, Modified = head.Ended };
    }

    private static void LinkTags(PlanNode tags, string name, string place, SnapshotHead head, bool hide)
    {
        foreach (string tag in head.Tags.Distinct(StringComparer.Ordinal))
        {
            PlanNode directory = tags.Enter(LayoutName.Of(tag)).Enter(LayoutName.Of(head.Host)).Enter(LayoutName.Of(head.Source));
            Link(directory, name, 4, place, head, hide);
        }
    }

    private static Dictionary<SnapshotHead, string> NameIds(IReadOnlyList<SnapshotHead> heads)
    {
        (string Hex, SnapshotHead Head)[] sorted =
            [.. heads.Select(head => (head.Id.ToString(), head)).OrderBy(pair => pair.Item1, StringComparer.Ordinal)];
        Dictionary<SnapshotHead, string> names = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < sorted.Length; i++)
        {
            int shared = Math.Max(
                i == 0 ? 0 : sorted[i].Hex.AsSpan().CommonPrefixLength(sorted[i - 1].Hex),
                i == sorted.Length - 1 ? 0 : sorted[i].Hex.AsSpan().CommonPrefixLength(sorted[i + 1].Hex));
            int digits = Math.Min(Math.Max(MinIdDigits, shared + 1), sorted[i].Hex.Length);
            names.Add(sorted[i].Head, sorted[i].Hex[..digits]);
        }

        return names;
    }
}
