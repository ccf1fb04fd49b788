namespace SnapFs.Testing;

/// <summary>A property does not hold.</summary>
public sealed class SeedException(int seed, Exception cause)
    : Exception($"Repeat with {Seeds.Variable}={seed}. {cause.Message}", cause)
{
    /// <summary>What the random numbers of the failed case started from.</summary>
    public int Seed { get; } = seed;
}
