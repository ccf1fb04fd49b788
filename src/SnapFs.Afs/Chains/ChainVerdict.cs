namespace SnapFs.Afs.Chains;

/// <summary>How a dump and a chain go together.</summary>
/// <param name="Fit">What the dump is to the chain.</param>
/// <param name="Reason">Why it does not fit.</param>
/// <param name="Predecessor">Index of the dump of the chain that it comes after, or that it is; -1 if there is none.</param>
/// <param name="Message">One sentence for the administrator, without a full stop.</param>
/// <param name="NeededFrom">Of a dump that does not fit, the time from which on one would: 0 for a full dump. Null if none is
/// needed.</param>
public sealed record ChainVerdict(ChainFit Fit, ChainReason Reason, int Predecessor, string Message, uint? NeededFrom = null);
