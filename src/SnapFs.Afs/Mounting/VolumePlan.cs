using SnapFs.Afs.Chains;
using SnapFs.Mount.Layouts;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Mounting;

/// <summary>
/// Lays the states of AFS volumes out: <c>volumes/VOLUME/DAY</c> is the volume as it was, with <c>DAY.changed</c> and
/// <c>DAY.deleted</c> beside that of an increment, a full dump of it as <c>DAY.dump</c>, and <c>latest</c>; <c>chains</c> has
/// the dumps as they were taken in. A cell comes before its volumes once there are two.
/// </summary>
internal sealed class VolumePlan
{
    /// <summary>The directory of all volumes.</summary>
    private const string Top = "volumes";

    private static readonly SnapshotPart Files = new("files", NodeType.Directory, 1);
    private static readonly SnapshotPart Changed = new("changed", NodeType.Directory, 2);
    private static readonly SnapshotPart Deleted = new("deleted", NodeType.File, 3);

    private readonly PlanNode _root;
    private readonly Func<SnapshotHead, bool> _isHidden;
    private readonly Dictionary<SnapshotHead, string> _places = new(ReferenceEqualityComparer.Instance);

    private VolumePlan(PlanNode root, Func<SnapshotHead, bool> isHidden)
    {
        _root = root;
        _isHidden = isHidden;
    }

    /// <summary>Adds the volumes, if there are any, to the root of a layout.</summary>
    /// <param name="root">The root.</param>
    /// <param name="heads">States of volumes, in order of start time, then id.</param>
    /// <param name="isHidden">Whether only the user who mounts may see a state.</param>
    /// <returns>Where each state is, below the root.</returns>
    internal static IReadOnlyDictionary<SnapshotHead, string> Add(
        PlanNode root, IReadOnlyList<SnapshotHead> heads, Func<SnapshotHead, bool> isHidden)
    {
        VolumePlan plan = new(root, isHidden);
        bool hasCells = heads.DistinctBy(head => head.Volume!.Cell).Skip(1).Any(); // all are of volumes
        foreach (IGrouping<(string Cell, string Name), SnapshotHead> volume in VolumeHistory.InOrder(heads)
            .GroupBy(head => (head.Volume!.Cell, head.Volume.Name)))
        {
            string[] path = hasCells
                ? [Top, LayoutName.Of(volume.Key.Cell), LayoutName.Of(volume.Key.Name)]
                : [Top, LayoutName.Of(volume.Key.Name)];
            plan.AddVolume(path, [.. VolumeDays.Name(volume)]);
        }

        return plan._places;
    }

    private void AddVolume(string[] path, List<(SnapshotHead Head, string Day, string Name)> states)
    {
        PlanNode volume = path.Aggregate(_root, (directory, name) => directory.Enter(name));
        string place = string.Join('/', path);
        Dictionary<ObjectId, string> fulls = states
            .Where(state => state.Head.Volume!.Full is null) // all are of volumes
            .ToDictionary(state => state.Head.Id, state => state.Name);
        foreach ((SnapshotHead head, _, string name) in states)
        {
            _places.Add(head, $"{place}/{name}");
            bool hide = _isHidden(head);
            volume.Show(name, head, Files, hide);
            if (head.Volume!.Full is not null)
            {
                volume.Show(name + ".changed", head, Changed, hide);
                volume.Show(name + ".deleted", head, Deleted, hide: true); // names from every directory
            }

            volume.Show(name + ".dump", new DumpFile(head, isOriginal: false), hide: true);
            AddToChain(volume.Enter("chains"), head, name, fulls);
        }

        foreach (IGrouping<string, (SnapshotHead, string, string)> day in states.GroupBy(state => state.Day))
        {
            LinkDay(volume, day.Key, Last([.. day]).Name);
        }

        (SnapshotHead latest, _, string latestName) = Last(states);
        volume.Children!["latest"] = new PlanNode
        {
            Target = latestName,
            IsHidden = _isHidden(latest),
        };
    }

    private static (SnapshotHead Head, string Day, string Name) Last(List<(SnapshotHead Head, string Day, string Name)> states)
    {
        SnapshotHead last = VolumeHistory.Last([.. states.Select(state => state.Head)]);
        return states.Find(state => ReferenceEquals(state.Head, last));
    }

    /// <summary>Puts a dump beside the others of its chain.</summary>
    private static void AddToChain(
        PlanNode chains, SnapshotHead head, string name, Dictionary<ObjectId, string> fulls)
    {
        if (head.Volume!.Full is not { } full) // it is of a volume
        {
            chains.Enter(name).Show("full.dump", new DumpFile(head, isOriginal: true), hide: true);
            return;
        }

        // The full dump may be stored under another name of the volume, or be gone.
        string chain = fulls.GetValueOrDefault(full) ?? $"full-{full.ToString()[..8]}";
        chains.Enter(chain).Show(name + ".incr.dump", new DumpFile(head, isOriginal: true), hide: true);
    }

    /// <summary>Links a day of several dumps to the last of them.</summary>
    private static void LinkDay(PlanNode volume, string day, string last)
    {
        if (day == last)
        {
            return;
        }

        foreach (string suffix in (string[])["", ".changed", ".deleted", ".dump"])
        {
            if (volume.Children!.TryGetValue(last + suffix, out PlanNode? shown))
            {
                volume.Children[day + suffix] = new PlanNode
                {
                    Target = last + suffix,
                    IsHidden = shown.IsHidden,
                    Modified = shown.Modified,
                };
            }
        }
    }
}
