namespace SnapFs.Snapshots;

/// <summary>What is known of a volume dump that is not whole: its snapshot has only what came whole before that.</summary>
/// <param name="WholeLength">Bytes of the dump up to the end of its last whole vnode.</param>
/// <param name="LostNames">Names in directories that lead to vnodes which were not reached.</param>
/// <param name="Cause">Why.</param>
public sealed record DumpSalvage(long WholeLength, long LostNames, SalvageCause Cause = SalvageCause.CutOff);
