namespace SnapFs.Testing.Fuzzing;

/// <summary>Damages bytes the way that hurts parsers: single bits, and lengths that lie.</summary>
public static class Mutations
{
    /// <summary>Values at the edges of what a varint, a length or a count may be.</summary>
    private static readonly ulong[] Edges =
    [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x3FFF, 0x4000, 0xFFFF, 0x10000, 4 * 1024 * 1024, 64 * 1024 * 1024,
        int.MaxValue, 0x80000000, uint.MaxValue, 0x100000000, long.MaxValue, 0x8000000000000000, ulong.MaxValue,
    ];

    /// <summary>A damaged copy.</summary>
    /// <param name="random">Chooses the damage.</param>
    /// <param name="original">What is damaged; not changed.</param>
    /// <param name="donor">Another valid input, for pieces that are well-formed in themselves.</param>
    public static byte[] Mutate(this Random random, ReadOnlySpan<byte> original, ReadOnlySpan<byte> donor)
    {
        ArgumentNullException.ThrowIfNull(random);
        List<byte> bytes = [.. original];
        for (int left = 1 + random.Next(3); left > 0; left--)
        {
            Damage(random, bytes, donor);
        }

        return [.. bytes];
    }

    private static void Damage(Random random, List<byte> bytes, ReadOnlySpan<byte> donor)
    {
        int at = random.Next(bytes.Count + 1);
        int run = Math.Min(1 + random.Next(random.Next(2) == 0 ? 4 : 64), bytes.Count - at);
        switch (random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.InsertRange(at, random.BytesOf(1 + random.Next(8)));
                break;
            case 3:
                bytes.RemoveRange(at, run);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, run));
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6 when donor.Length > 0:
                int from = random.Next(donor.Length);
                bytes.RemoveRange(at, run);
                bytes.InsertRange(at, donor.Slice(from, random.Next(Math.Min(64, donor.Length - from) + 1)).ToArray());
                break;
            case 7 when at + sizeof(uint) <= bytes.Count:
                byte[] fixedLength = BitConverter.GetBytes(unchecked((uint)Edge(random, bytes.Count)));
                bytes.RemoveRange(at, sizeof(uint));
                bytes.InsertRange(at, fixedLength);
                break;
            default:
                ReplaceVarint(random, bytes, at);
                break;
        }
    }

    /// <summary>Takes the bytes at a place for a varint and writes another one there.</summary>
    private static void ReplaceVarint(Random random, List<byte> bytes, int at)
    {
        int length = 0;
        while (at + length < bytes.Count && length < 10 && bytes[at + length] >= 0x80)
        {
            length++;
        }

        bytes.RemoveRange(at, Math.Min(length + 1, bytes.Count - at));
        List<byte> varint = [];
        ulong value = Edge(random, bytes.Count);
        for (; value >= 0x80; value >>= 7)
        {
            varint.Add((byte)((value & 0x7F) | 0x80));
        }

        varint.Add((byte)value);
        bytes.InsertRange(at, varint);
    }

    private static ulong Edge(Random random, int length) => random.Next(3) == 0
        ? (ulong)(length + random.Next(3))
        : Edges[random.Next(Edges.Length)];
}
