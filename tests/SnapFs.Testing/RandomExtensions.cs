namespace SnapFs.Testing;

/// <summary>Random values that property tests need. The cases favour what tends to go wrong: empty, repetitive, tiny.</summary>
public static class RandomExtensions
{
    /// <summary>Exactly <paramref name="length"/> random bytes.</summary>
    public static byte[] BytesOf(this Random random, int length)
    {
        ArgumentNullException.ThrowIfNull(random);
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Up to <paramref name="maxLength"/> bytes: noise, text-like, one byte repeated, or nothing.</summary>
    public static byte[] Bytes(this Random random, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(random);
        int longest = random.Next(8) == 0 ? Math.Min(2, maxLength) : maxLength;
        byte[] bytes = random.BytesOf(random.Next(longest + 1));
        switch (random.Next(4))
        {
            case 0:
                Array.Fill(bytes, (byte)random.Next(256));
                break;
            case 1:
                for (int i = 0; i < bytes.Length; i++)
                {
                    bytes[i] = (byte)('a' + (bytes[i] % 4));
                }

                break;
            default:
                break;
        }

        return bytes;
    }

    /// <summary>A table for a chunker: 256 random words.</summary>
    public static ulong[] GearTable(this Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ulong[] table = new ulong[256];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue));
        }

        return table;
    }

    /// <summary>64 lower-case hexadecimal digits, as an object's id.</summary>
    public static string HexId(this Random random) => Convert.ToHexStringLower(random.BytesOf(32));

    /// <summary>A copy of <paramref name="bytes"/> in which one bit is another.</summary>
    public static byte[] FlipBit(this Random random, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(random);
        byte[] copy = bytes.ToArray();
        copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return copy;
    }
}
