using SnapFs.Binary;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>
/// The extension field of a node that says its file must be read again next time: it had been written so shortly
/// before it was read that a later write could have left the same times, or it changed while it was read, or not all of it
/// could be read (<c>docs/format.md</c> section 7).
/// </summary>
internal static class RacyMark
{
    /// <summary>Tag of the field; even, so readers skip it.</summary>
    internal const ulong Tag = 2;

    /// <summary>Longest tick of the kernel's coarse clock and some, ns.</summary>
    private const long FineGranule = 20_000_000;

    /// <summary>Granule of file systems that keep whole seconds (FAT: 2 s), ns.</summary>
    private const long CoarseGranule = 2_000_000_000;

    /// <summary>The extension fields of a node that has the mark.</summary>
    public static ReadOnlySpan<byte> Fields => [(byte)Tag, 0];

    /// <summary>Whether a node has the mark.</summary>
    public static bool IsIn(ReadOnlySpan<byte> extensions)
    {
        FieldReader reader = new(extensions);
        while (reader.Next())
        {
            if (reader.Tag == Tag)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a file read from <paramref name="started"/> on needs the mark.</summary>
    public static bool IsNeeded(in FileStat stat, Timestamp started)
    {
        bool isCoarse = stat.Changed.Nanoseconds == 0 && stat.Modified.Nanoseconds == 0;
        long granule = isCoarse ? CoarseGranule : FineGranule;
        return IsWithin(stat.Changed, started, granule, long.MaxValue)
            || IsWithin(stat.Modified, started, granule, CoarseGranule);
    }

    /// <summary>Whether a time lies no more than <paramref name="before"/> before the start, and no more than
    /// <paramref name="after"/> after it, ns. A modification time far in the future was set by hand.</summary>
    private static bool IsWithin(Timestamp time, Timestamp started, long before, long after)
    {
        Int128 distance = (((Int128)time.Seconds - started.Seconds) * 1_000_000_000)
            + time.Nanoseconds - started.Nanoseconds;
        return distance >= -before && distance <= after;
    }
}
