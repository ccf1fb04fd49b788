namespace SnapFs.Afs.Dumps;

/// <summary>The time a dump covers.</summary>
/// <param name="From">The value of <c>-time</c>, seconds since 1970; 0 in a full dump.</param>
/// <param name="To">Last change of a read-write volume, time of cloning of a clone; it may lie before <paramref name="From"/>.</param>
public readonly record struct DumpInterval(uint From, uint To);
