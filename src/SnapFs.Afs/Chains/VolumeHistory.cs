using SnapFs.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Afs.Chains;

/// <summary>The states of volumes in time, and which of them counts.</summary>
public static class VolumeHistory
{
    /// <summary>Oldest first. Of dumps of one time the most complete is last, and of those the one that was taken in last.</summary>
    /// <param name="states">States of volumes.</param>
    public static IEnumerable<SnapshotHead> InOrder(IEnumerable<SnapshotHead> states) => states
        .OrderBy(head => head.Started)
        .ThenBy(head => head.Dump?.Completeness)
        .ThenBy(head => head.Ended);

    /// <summary>The snapshot of the full dump that a state's chain begins with; its own if it is one.</summary>
    public static ObjectId FullOf(SnapshotHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return head.Volume?.Full ?? head.Id;
    }

    /// <summary>The last state, or in place of one that was only salvaged a whole one of the same contents, if there is one.
    /// </summary>
    /// <param name="states">States of one volume in order, at least one.</param>
    public static SnapshotHead Last(IReadOnlyList<SnapshotHead> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        return states[^1].Dump?.Salvage is null ? states[^1] : WholeOf(states, states[^1]) ?? states[^1];
    }

    /// <summary>The last whole state with the contents that a salvaged dump had: the same dump, or another one between which and
    /// that the volume was not changed. The last change is in every dump, also in that of a clone, and a volume that was put back
    /// to it has what it had then.</summary>
    /// <param name="states">States of volumes in order.</param>
    /// <param name="salvaged">One that was salvaged.</param>
    /// <returns>Null if there is none.</returns>
    public static SnapshotHead? WholeOf(IEnumerable<SnapshotHead> states, SnapshotHead salvaged)
    {
        ArgumentNullException.ThrowIfNull(salvaged);
        return salvaged is { Volume: { } volume, Dump: { UpdateDate: not 0 } dump } // 0: the dump does not say
            ? states.LastOrDefault(head => head is { Volume: { } other, Dump: { Salvage: null } whole }
                && other.Cell == volume.Cell && other.Id == volume.Id && whole.UpdateDate == dump.UpdateDate)
            : null;
    }
}
