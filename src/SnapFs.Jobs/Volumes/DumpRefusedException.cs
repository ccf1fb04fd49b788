using SnapFs.Afs.Chains;

namespace SnapFs.Jobs.Volumes;

/// <summary>A dump does not go on from what is there.</summary>
/// <param name="facts">The dump.</param>
/// <param name="reason">Why.</param>
/// <param name="message">The same in one line.</param>
/// <param name="neededFrom">From which time on another dump would go on; 0 for a full one, null if none is needed.</param>
public sealed class DumpRefusedException(DumpFacts facts, string reason, string message, uint? neededFrom)
    : SnapFsException(message)
{
    /// <summary>What the reason of a chain that does not hold together is called.</summary>
    public const string BrokenChain = "brokenChain";

    /// <summary>What it is called that the state which an increment goes on from is damaged, or parts of it are lost.</summary>
    public const string DamagedState = "damagedState";

    /// <summary>What it is called that the key cannot read the state which an increment goes on from, and this machine does not have
    /// it.</summary>
    public const string UnreadableState = "unreadableState";

    /// <summary>The dump.</summary>
    public DumpFacts Facts { get; } = facts;

    /// <summary>Why, for a program.</summary>
    public string Reason { get; } = reason;

    /// <summary>From which time on another dump would go on; 0 for a full one, null if none is needed.</summary>
    public uint? NeededFrom { get; } = neededFrom;

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.OtherDumpNeeded;

    /// <summary>A refusal because there is nothing to apply an increment on.</summary>
    public static DumpRefusedException Unreadable(DumpFacts facts) => new(
        facts,
        UnreadableState,
        "this key cannot read the state that this increment goes on from, and the cache of this machine does not have it; take a full "
            + "dump",
        neededFrom: 0);

    /// <summary>A refusal by the rules of a chain.</summary>
    /// <param name="facts">The dump.</param>
    /// <param name="verdict">What the rules say of it.</param>
    /// <param name="advice">More for the end of the line.</param>
    public static DumpRefusedException Of(DumpFacts facts, ChainVerdict verdict, string advice = "")
    {
        string reason = verdict.Reason.ToString();
        return new DumpRefusedException(
            facts, char.ToLowerInvariant(reason[0]) + reason[1..], verdict.Message + advice, verdict.NeededFrom);
    }
}
