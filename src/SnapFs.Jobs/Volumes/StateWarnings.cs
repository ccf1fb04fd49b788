using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>Tells whoever gets a state that it may not be what they expect.</summary>
public static class StateWarnings
{
    /// <summary>Warns of a state that is older than the day that was named.</summary>
    /// <param name="observer">Told of it.</param>
    /// <param name="date">The day.</param>
    /// <param name="state">The state that is given back.</param>
    public static void IfOlder(IJobObserver observer, VolumeDate date, SnapshotHead state)
    {
        if (state.Started.Seconds < date.Start)
        {
            observer.Warning($"there is no dump of {SafeText.Of(date.Text)}; the last before is of {Units.Time(state.Started)}");
        }
    }

    /// <summary>Warns of a state that is not whole.</summary>
    /// <param name="observer">Told of it.</param>
    /// <param name="states">The states that there are.</param>
    /// <param name="state">The state that is given back.</param>
    public static void IfSalvaged(IJobObserver observer, VolumeStates states, SnapshotHead state)
    {
        if (state is { Dump: { Salvage: { } salvage } dump })
        {
            string whole = states.WholeOf(state) is { } same
                ? $"; the date {Units.Time(same.Started)} gives a whole one of the same contents"
                : states.WholeBefore(state) is { } before
                    ? $"; the date {Units.Time(before.Started)} gives the last whole one before it"
                    : "";
            observer.Warning($"the dump of {SafeText.Of(state.Volume?.Name ?? "")} of {Units.Time(state.Started)} was "
                + $"{SalvageText.Of(dump, salvage)}{whole}");
        }
    }
}
