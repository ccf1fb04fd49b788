using System.Buffers.Binary;
using SnapFs.Testing.Fuzzing;

namespace SnapFs.Testing.Volumes;

/// <summary>Damages dumps along their grammar, so that the damage gets past the first checks.</summary>
public static class DumpMutations
{
    private static readonly uint[] Lengths = [0, 1, 511, 512, 513, 2048, 0x7FFFFFFF, 0x80000000, uint.MaxValue];

    /// <summary>A damaged copy.</summary>
    /// <param name="random">Chooses the damage.</param>
    /// <param name="original">A valid dump.</param>
    /// <param name="donor">Another, for records of its own.</param>
    public static byte[] MutateDump(this Random random, byte[] original, byte[] donor)
    {
        ArgumentNullException.ThrowIfNull(random);
        DumpPieces pieces = DumpPieces.Of(original);
        for (int left = 1 + random.Next(3); left > 0; left--)
        {
            Damage(random, pieces, donor);
        }

        byte[] damaged = pieces.ToArray();
        return random.Next(8) switch
        {
            0 => damaged[..random.Next(damaged.Length + 1)],
            1 => random.Mutate(damaged, donor),
            _ => damaged,
        };
    }

    private static void Damage(Random random, DumpPieces pieces, byte[] donor)
    {
        List<List<byte[]>> records = pieces.Records;
        if (records.Count == 0)
        {
            pieces.Headers = random.FlipBit(pieces.Headers);
            return;
        }

        int at = random.Next(records.Count);
        List<byte[]> fields = records[at];
        if (fields.Count == 0)
        {
            records.RemoveAt(at); // an earlier damage has taken all its pieces
            return;
        }

        int field = random.Next(fields.Count);
        switch (random.Next(12))
        {
            case 0:
                pieces.Headers = random.FlipBit(pieces.Headers);
                break;
            case 1:
                records.Insert(random.Next(records.Count), [.. fields]);
                break;
            case 2:
                records.RemoveAt(at);
                break;
            case 3:
                records[at] = records[0];
                records[0] = fields;
                break;
            case 4:
                records.InsertRange(at, DumpPieces.Of(donor).Records.Take(4));
                break;
            case 5:
                fields.Insert(random.Next(1, fields.Count + 1), fields[field]);
                break;
            case 6:
                fields.RemoveAt(field);
                break;
            case 7:
                Shuffle(random, fields);
                break;
            case 8:
                fields.Insert(random.Next(1, fields.Count + 1), Unknown(random));
                break;
            case 9 when fields[^1][0] == (byte)'f':
                uint length = random.Next(2) == 0 ? (uint)random.Next(fields[^1].Length + 9) : Lengths[random.Next(Lengths.Length)];
                fields[^1] = [.. fields[^1]];
                BinaryPrimitives.WriteUInt32BigEndian(fields[^1].AsSpan(1), length);
                break;
            case 10 when fields[^1][0] == (byte)'f':
                fields[^1] = [(byte)'h', 0, 0, 0, (byte)random.Next(2), .. fields[^1].AsSpan(1)];
                break;
            default:
                // Mostly the contents of directories and access lists: they are the longest fields of a small dump.
                fields[field] = random.FlipBit(fields[field]);
                break;
        }
    }

    private static void Shuffle(Random random, List<byte[]> fields)
    {
        for (int i = fields.Count - 1; i > 1; i--)
        {
            int other = random.Next(1, i + 1);
            (fields[i], fields[other]) = (fields[other], fields[i]);
        }
    }

    private static byte[] Unknown(Random random) => random.Next(5) switch
    {
        0 => [0x50, 2, 0, 0],
        1 => [0x50, (byte)(0x80 | random.Next(10)), .. random.BytesOf(9)],
        2 => [(byte)'z', 0, 0, 0, 0],
        3 => [0x7B],
        _ => [0x7E],
    };
}
