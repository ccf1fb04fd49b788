using System.Numerics;

namespace SnapFs.Repository.Indexes;

/// <summary>Says which objects of the index are to be replaced by a catalogue, so that there are few and each record is written few
/// times.</summary>
/// <remarks>Objects of one tier have 1 to 8 times the same length. Sixteen of them together have at least twice the length of the
/// largest, so what they are merged into is of a higher tier, and a record is written once a tier: log8(n/m) times. Below the length
/// from which none is merged there are at most fifteen objects a tier.</remarks>
internal static class CatalogueTiers
{
    /// <summary>The longest catalogue, bytes. It is in memory about three times while it is made.</summary>
    internal const int MaxLength = 32 * 1024 * 1024;

    /// <summary>Objects of a tier that are merged.</summary>
    internal const int Fan = 16;

    /// <summary>Bits that the lengths of a tier differ by.</summary>
    private const int TierBits = 3;

    /// <summary>So many bytes are merged at most: the rest is room for what a catalogue is filled up with, at most a sixteenth of such
    /// lengths.</summary>
    private const long MaxMerged = MaxLength / 8 * 7;

    /// <summary>Chooses what is merged next: the tiers from the lowest on that are full, with what becomes of those below.</summary>
    /// <param name="lengths">Stored bytes of the objects of one kind.</param>
    /// <returns>Positions of at least two objects, in ascending order, or none.</returns>
    internal static int[] Choose(IReadOnlyList<long> lengths)
    {
        List<int> chosen = [];
        foreach (IGrouping<int, int> tier in Enumerable.Range(0, lengths.Count)
            .Where(position => lengths[position] <= MaxMerged / 2) // so that two fit always
            .GroupBy(position => TierOf(lengths[position]))
            .OrderBy(tier => tier.Key))
        {
            bool isFull = tier.Count() + Math.Min(chosen.Count, 1) >= Fan;
            if (!isFull && chosen.Count > 0)
            {
                break;
            }

            chosen.AddRange(isFull ? tier : []);
        }

        long total = 0;
        return [.. chosen.OrderBy(position => lengths[position])
            .TakeWhile(position => (total += lengths[position]) <= MaxMerged)
            .Order()];
    }

    private static int TierOf(long length) => BitOperations.Log2((ulong)length) / TierBits;
}
