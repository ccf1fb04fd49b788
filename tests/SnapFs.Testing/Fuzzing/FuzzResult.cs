namespace SnapFs.Testing.Fuzzing;

/// <summary>What a fuzz run saw.</summary>
/// <param name="Cases">Damaged inputs given to the parser.</param>
/// <param name="Accepted">Those it took: the damage was harmless, or made another valid input.</param>
/// <param name="Refused">Those it refused with a <see cref="SnapFsException"/>.</param>
public readonly record struct FuzzResult(long Cases, long Accepted, long Refused);
