using System.Text.Json;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Volumes;

/// <summary>Says of a state whose dump was not whole what is missing.</summary>
internal static class SalvageView
{
    /// <summary>What is missing, for the end of a line.</summary>
    public static string Text(SnapshotDump dump, DumpSalvage salvage) =>
        $"{(salvage.Cause == SalvageCause.CutOff ? "cut off" : "damaged")} at byte {dump.Length}, "
        + $"salvaged up to byte {salvage.WholeLength}; "
        + $"{Units.Count(salvage.LostNames, "name")} of what comes after {(salvage.LostNames == 1 ? "is" : "are")} left out";

    /// <summary>Members that the objects of dumps have.</summary>
    public static void Json(Utf8JsonWriter json, SnapshotDump dump)
    {
        json.WriteBoolean("salvaged", dump.Salvage is not null);
        if (dump.Salvage is { } salvage)
        {
            json.WriteNumber("wholeBytes", salvage.WholeLength);
            json.WriteNumber("namesLost", salvage.LostNames);
        }
    }

    /// <summary>How a command ends that has given a state back: a script must see that it is not whole.</summary>
    public static ExitCode CodeOf(SnapshotHead state) =>
        state.Dump?.Salvage is null ? ExitCode.Success : ExitCode.Partial;

    /// <summary>Warns whoever gets a state that is not whole.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="states">The states that there are.</param>
    /// <param name="state">The state.</param>
    public static void Warn(CommandOutput output, VolumeStates states, SnapshotHead state)
    {
        if (state is { Dump: { Salvage: { } salvage } dump })
        {
            string whole = states.WholeBefore(state) is { } before
                ? $"; the last whole one before it is of {Units.Time(before.Started)}"
                : "";
            output.Warning(
                $"the dump of {SafeText.Of(state.Volume?.Name ?? "")} of {Units.Time(state.Started)} was {Text(dump, salvage)}{whole}");
        }
    }
}
