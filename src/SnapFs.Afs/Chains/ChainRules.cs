using System.Globalization;
using SnapFs.Afs.Dumps;

namespace SnapFs.Afs.Chains;

/// <summary>
/// Which dump may follow which. A dump does not name its parent, so this goes by dates: an increment holds what changed
/// from its <c>from</c> on and names the rest, so it may be applied on every state that holds all changes before
/// <c>from</c>, whether it was taken of the volume or of a clone.
/// </summary>
public static class ChainRules
{
    /// <summary>Judges the next dump by the one before.</summary>
    /// <param name="previous">The dump before, or null if there is none.</param>
    /// <param name="next">The dump in question.</param>
    public static ChainVerdict Judge(DumpFacts? previous, DumpFacts next) =>
        Judge(previous is null ? [] : (DumpFacts[])[previous], next);

    /// <summary>Judges a dump by a whole chain; it may be older than the chain's last, for dumps arrive in any order.</summary>
    /// <param name="chain">A full dump and what was applied on it, in the order of <see cref="DumpFacts.CompareAge"/>; or
    /// nothing.</param>
    /// <param name="next">The dump in question.</param>
    public static ChainVerdict Judge(IReadOnlyList<DumpFacts> chain, DumpFacts next)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(next);
        if (chain.Count > 0 && chain[0].VolumeId != next.VolumeId)
        {
            return new(ChainFit.DoesNotFit, ChainReason.OtherVolume, -1,
                $"the dump is of volume {next.Name} ({next.VolumeId}), the chain is of {chain[0].Name} ({chain[0].VolumeId})");
        }

        for (int i = 0; i < chain.Count; i++)
        {
            if (chain[i].IsSameDump(next))
            {
                return new(ChainFit.AlreadyThere, ChainReason.None, i, $"{Describe(next)} is there already");
            }
        }

        if (next.IsFull)
        {
            return new(ChainFit.StartsChain, ChainReason.None, -1, $"{Describe(next)} begins a chain");
        }

        return chain.Count == 0
            ? new(ChainFit.FullNeeded, ChainReason.NoChain, -1,
                $"{Describe(next)} needs a full dump and every increment up to {Time(next.From)} before it, and there is none "
                + $"of volume {next.VolumeId}; import these first, or take a full dump",
                NeededFrom: 0)
            : JudgeIncrement(chain, next);
    }

    /// <summary>Judges a dump that no whole dump goes before by one that was cut off and salvaged.</summary>
    /// <param name="salvaged">The salvaged dump.</param>
    /// <param name="next">The dump in question.</param>
    /// <returns>That a full dump is needed, if <paramref name="next"/> comes after the salvaged one; otherwise null.</returns>
    public static ChainVerdict? JudgeAfterSalvaged(DumpFacts salvaged, DumpFacts next) =>
        Judge(salvaged, next).Fit is ChainFit.Fits or ChainFit.Unproven
            ? new(ChainFit.FullNeeded, ChainReason.Salvaged, -1,
                $"{Describe(next)} follows {Describe(salvaged)}, of which only the beginning was salvaged: what it calls unchanged "
                + "may be missing; take a full dump",
                NeededFrom: 0)
            : null;

    private static ChainVerdict JudgeIncrement(IReadOnlyList<DumpFacts> chain, DumpFacts next)
    {
        DumpFacts last = chain[^1];
        if (next.UpdateDate < last.UpdateDate && next.HeldUntil > last.HeldUntil)
        {
            return WentBack(chain.Count - 1, last, next);
        }

        int index = chain.Count - 1;
        while (index >= 0 && DumpFacts.CompareAge(chain[index], next) > 0)
        {
            index--;
        }

        if (index < 0)
        {
            return new(ChainFit.DoesNotFit, ChainReason.BeforeChain, -1,
                $"{Describe(next)} is older than the full dump that the chain begins with ({Time(chain[0].HeldUntil)})");
        }

        return IsRecreated(chain, index, next) ?? IsReplaced(index, chain[index], next) ?? JudgeDates(index, chain[index], next);
    }

    /// <summary>A volume that was put back from a dump and then edited looks in its dumps like one that was edited: only the cell
    /// knows, and only if it was asked both times.</summary>
    private static ChainVerdict? IsReplaced(int index, DumpFacts previous, DumpFacts next) =>
        previous.Life is { } before && next.Life is { } now && before != now
            ? new(ChainFit.FullNeeded, ChainReason.Replaced, index,
                $"{Describe(next)} does not continue the chain: what is in the volume was put there at {Time(now.CopyDate)} "
                + $"(before: {Time(before.CopyDate)}); take a full dump",
                NeededFrom: 0)
            : null;

    private static ChainVerdict? IsRecreated(IReadOnlyList<DumpFacts> chain, int index, DumpFacts next)
    {
        if (next.Type != VolumeType.ReadWrite)
        {
            return null;
        }

        for (int i = index; i >= 0; i--)
        {
            if (chain[i].Type == VolumeType.ReadWrite)
            {
                return chain[i].CreationDate == next.CreationDate
                    ? null
                    : new(ChainFit.FullNeeded, ChainReason.Recreated, index,
                        $"{Describe(next)} does not continue the chain: the volume was restored or made anew at "
                        + $"{Time(next.CreationDate)} (before: {Time(chain[i].CreationDate)}); take a full dump",
                        NeededFrom: 0);
            }
        }

        return null;
    }

    private static ChainVerdict JudgeDates(int index, DumpFacts previous, DumpFacts next)
    {
        if (next.UpdateDate == previous.UpdateDate)
        {
            return Fits(index, previous, next);
        }

        // Times are whole seconds, and a volume's last change is the only time that a dump of it is sure to have: an
        // increment from the second after is what a careful script asks for. A clone knows its second.
        long held = previous.HeldUntil + (previous.Type == VolumeType.ReadWrite ? 1L : 0L);
        if (next.From <= held)
        {
            // The dump before held all changes up to `from`; a last change before that, and yet another one, is not later
            // in the volume's life but in a life that was taken up again.
            return next.UpdateDate < next.From ? WentBack(index, previous, next) : Fits(index, previous, next);
        }

        bool isProven = next.UpdateDate < next.From || previous.Type != VolumeType.ReadWrite || previous.TakenAt is not null;
        return isProven
            ? new(ChainFit.DoesNotFit, ChainReason.Skipped, index,
                $"{Describe(next)} does not fit: the chain holds changes only up to {Time(previous.HeldUntil)}; "
                + "the dump of the time between is missing; import it first, or take an increment from then on "
                + $"('vos dump -time {previous.HeldUntil}') or a full dump",
                previous.HeldUntil)
            : new(ChainFit.Unproven, ChainReason.Skipped, index,
                $"{Describe(next)} fits only if no dump between is missing: the dump before is known to hold changes up to "
                + $"{Time(previous.HeldUntil)}, and dumps of a read-write volume do not say when they were taken",
                previous.HeldUntil);
    }

    private static ChainVerdict Fits(int index, DumpFacts previous, DumpFacts next) => new(
        ChainFit.Fits, ChainReason.None, index, $"{Describe(next)} follows the dump up to {Time(previous.HeldUntil)}");

    private static ChainVerdict WentBack(int index, DumpFacts previous, DumpFacts next) => new(
        ChainFit.FullNeeded, ChainReason.WentBack, index,
        $"{Describe(next)} does not continue the chain: the volume went back to an earlier state (last change "
        + $"{Time(next.UpdateDate)}, in the dump before {Time(previous.UpdateDate)}); take a full dump",
        NeededFrom: 0);

    private static string Describe(DumpFacts dump) => dump.IsFull
        ? $"the full dump of {dump.Name} up to {Time(dump.HeldUntil)}"
        : $"the increment of {dump.Name} from {Time(dump.From)} up to {Time(dump.HeldUntil)}";

    private static string Time(uint seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
