using System.Numerics;

namespace SnapFs.Sizes;

/// <summary>Rounds stored lengths up so that they tell little (Padmé, "Reducing metadata leakage from encrypted files",
/// 2019): at most 12 % longer, and lengths up to L share O(log log L) bits.</summary>
public static class Padme
{
    /// <summary>The padded length for <paramref name="length"/> bytes.</summary>
    /// <exception cref="OverflowException">The padded length does not fit.</exception>
    public static long RoundUp(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length < 2)
        {
            return length;
        }

        int exponent = BitOperations.Log2((ulong)length);
        int significant = BitOperations.Log2((uint)exponent) + 1;
        int zeros = Math.Max(0, exponent - significant);
        long mask = (1L << zeros) - 1;
        return checked(length + mask) & ~mask;
    }
}
