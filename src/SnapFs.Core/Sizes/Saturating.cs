namespace SnapFs.Sizes;

/// <summary>Sums of sizes and counts that a source may claim at will: at the end of their range they stay there.</summary>
/// <remarks>A few sparse files of 4 EiB add up to more than 63 bits. Their sum is only shown, so that it must not end a run.
/// </remarks>
public static class Saturating
{
    /// <summary>The sum of two numbers that are not negative, at most <see cref="long.MaxValue"/>.</summary>
    public static long Add(long one, long other) => one > long.MaxValue - other ? long.MaxValue : one + other;
}
