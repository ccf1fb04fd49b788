using System.Globalization;
using SnapFs.Afs.Chains;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>Finds the states of volumes that a repository holds.</summary>
/// <param name="snapshots">All its snapshots.</param>
/// <param name="cell">The cell to look in; null for any.</param>
public sealed class VolumeStates(IEnumerable<SnapshotHead> snapshots, string? cell)
{
    private readonly List<SnapshotHead> _states = [.. VolumeHistory.InOrder(VolumeCopies.Merge([.. snapshots])
        .Where(head => head.Dump is not null && head.Volume is { } volume && (cell is null || volume.Cell == cell)))];

    /// <summary>The states of all volumes, oldest first.</summary>
    public IReadOnlyList<SnapshotHead> All => _states;

    /// <summary>The states of some volumes, each oldest first.</summary>
    /// <param name="names">Their names; all volumes if there are none.</param>
    /// <exception cref="JobException">There is none of such a name, or volumes of two cells have it.</exception>
    public IReadOnlyList<SnapshotHead> Of(IReadOnlyCollection<string> names) => names.Count == 0
        ? _states
        : [.. names.SelectMany(Of).DistinctBy(state => state.Id)];

    /// <summary>Of each volume what <see cref="At(VolumeDate, string)"/> gives; those that have no state as old are left out.</summary>
    /// <param name="states">States in the order in which this gives them.</param>
    /// <param name="date">The date.</param>
    public static IReadOnlyList<SnapshotHead> LastOfEach(IEnumerable<SnapshotHead> states, VolumeDate date) =>
    [
        .. states
            .GroupBy(state => (state.Volume?.Cell, state.Volume?.Name))
            .Select(volume => At(date, volume))
            .OfType<SnapshotHead>(),
    ];

    /// <summary>The states of one volume, oldest first; at least one.</summary>
    /// <param name="name">Its name, also that of a clone of it, or the id of either.</param>
    /// <exception cref="JobException">There is none, or volumes of two cells have the name.</exception>
    public IReadOnlyList<SnapshotHead> Of(string name)
    {
        string volume = VolumeName.WithoutSuffix(name);
        List<SnapshotHead> states = Named(name) is { Count: > 0 } exact ? exact : Named(volume);
        if (states.Count == 0 && uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
            && _states.FindLast(head => head.Volume?.Id == id || head.Dump?.Id == id) is { Volume: { } known })
        {
            states = [.. _states.Where(head => head.Volume?.Id == known.Id && head.Volume.Cell == known.Cell)];
        }

        if (states.Count == 0)
        {
            string where = cell is null ? "" : $" in the cell {SafeText.Of(cell)}";
            throw new JobException(ErrorKind.NotFound, _states.Count == 0
                ? $"there is no dump of a volume{where} in this repository; 'snapfs volume import' takes dumps in"
                : $"there is no dump of a volume {SafeText.Of(volume)}{where}; 'snapfs volume list' lists those there are");
        }

        string[] cells = [.. states.Select(head => head.Volume?.Cell ?? "").Distinct()];
        return cells.Length == 1
            ? states
            : throw new JobException(ErrorKind.Refused, $"a volume {SafeText.Of(volume)} is in the cells "
                + $"{string.Join(" and ", cells.Select(SafeText.Of))}; say which with --cell");
    }

    private List<SnapshotHead> Named(string name) => [.. _states.Where(head => head.Volume?.Name == name)];

    /// <summary>The last state of a volume on a date, otherwise before it: what the volume was that day. One that was only
    /// salvaged gives way to a whole one of the same contents.</summary>
    /// <param name="date">The date.</param>
    /// <param name="name">The volume, as for <see cref="Of(string)"/>.</param>
    /// <exception cref="JobException">There is none.</exception>
    public SnapshotHead At(VolumeDate date, string name)
    {
        IReadOnlyList<SnapshotHead> states = Of(name);
        return At(date, states)
            ?? throw new JobException(
                ErrorKind.NotFound,
                $"there is no dump of {SafeText.Of(name)} of {SafeText.Of(date.Text)} or earlier; the first is of "
                + VolumeDate.DayOf(states[0].Started));
    }

    private static SnapshotHead? At(VolumeDate date, IEnumerable<SnapshotHead> states)
    {
        SnapshotHead[] upTo = [.. states.Where(state => state.Started.Seconds < date.End)];
        SnapshotHead[] within = [.. upTo.Where(state => state.Started.Seconds >= date.Start)];
        return upTo.Length == 0 ? null : VolumeHistory.Last(within.Length > 0 ? within : upTo);
    }

    /// <summary>A whole state of the same contents as one that was only salvaged; null if there is none.</summary>
    public SnapshotHead? WholeOf(SnapshotHead salvaged) => VolumeHistory.WholeOf(_states, salvaged);

    /// <summary>The last whole state of the same volume before one that was only salvaged; null if there is none.</summary>
    public SnapshotHead? WholeBefore(SnapshotHead salvaged) => _states.FindLast(head =>
        head.Volume?.Id == salvaged.Volume?.Id && head.Host == salvaged.Host && head.Dump is { Salvage: null }
        && head.Started <= salvaged.Started);

    /// <summary>The dumps that lead to a state: the full one, then every increment up to it.</summary>
    /// <exception cref="JobException">One of them is no longer there.</exception>
    public IReadOnlyList<SnapshotHead> ChainOf(SnapshotHead state)
    {
        List<SnapshotHead> chain = [state];
        while (chain[^1].Volume?.Predecessor is { } id)
        {
            chain.Add(_states.Find(head => head.Id == id && !chain.Contains(head)) ?? throw new JobException(
                ErrorKind.NotFound,
                $"the dump before that of {Units.Time(chain[^1].Started)} is no longer in the repository (snapshot {id})"));
        }

        chain.Reverse();
        return chain;
    }
}
