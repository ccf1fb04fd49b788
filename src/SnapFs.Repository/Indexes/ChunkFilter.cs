using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnapFs.Repository.Indexes;

/// <summary>Says of a block of chunks which ones are not in it, 768 bytes: of a hundred that are not, it lets one through.</summary>
/// <remarks>Most look-ups of a backup are of chunks that are in no run, and most runs have not what is looked for; this is in memory
/// where a read costs 2 µs.</remarks>
[InlineArray(Length)]
internal struct ChunkFilter
{
    internal const int Length = 768;

    /// <summary>Bits set for a chunk.</summary>
    private const int BitsPerChunk = 5;

    private byte _first;

    /// <summary>Adds a chunk.</summary>
    internal void Add(in CutId id)
    {
        Span<byte> bits = MemoryMarshal.CreateSpan(ref _first, Length);
        for (int i = 0; i < BitsPerChunk; i++)
        {
            int bit = BitOf(in id, i);
            bits[bit >> 3] |= (byte)(1 << (bit & 7));
        }
    }

    /// <summary>Whether a chunk may have been added.</summary>
    /// <param name="filter">The bytes of a filter.</param>
    /// <param name="id">The chunk.</param>
    internal static bool MayHold(ReadOnlySpan<byte> filter, in CutId id)
    {
        for (int i = 0; i < BitsPerChunk; i++)
        {
            int bit = BitOf(in id, i);
            if ((filter[bit >> 3] & (1 << (bit & 7))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>By the second half of an id, since the first is nearly alike in a block.</summary>
    private static int BitOf(in CutId id, int number) => (int)(((id.Rest >> (number * 12)) & 0x1FFF) * (Length * 8) >> 13);
}
