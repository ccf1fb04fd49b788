using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>Says what is missing of a dump that was not whole.</summary>
public static class SalvageText
{
    /// <summary>What is missing, for the end of a line.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="salvage">What was salvaged of it.</param>
    public static string Of(SnapshotDump dump, DumpSalvage salvage) =>
        $"{(salvage.Cause == SalvageCause.CutOff ? "cut off" : "damaged")} at byte {dump.Length}, "
        + $"salvaged up to byte {salvage.WholeLength}; "
        + $"{Units.Count(salvage.LostNames, "name")} of what comes after {(salvage.LostNames == 1 ? "is" : "are")} left out";
}
