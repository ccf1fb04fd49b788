using System.Globalization;
using SnapFs.Trees;

namespace SnapFs.Jobs.Importing;

/// <summary>Times in listings: ISO 8601 to the nanosecond. Without an offset they are UTC, for the programs run with that as their
/// zone.</summary>
internal static class ForeignTime
{
    private const int SecondsLength = 19;
    private const int MostDigits = 9;

    /// <summary>Reads a time.</summary>
    /// <returns>Null if it is none.</returns>
    public static Timestamp? Parse(string? text)
    {
        if (text is null || text.Length < SecondsLength || !DateTime.TryParseExact(
            text.AsSpan(0, SecondsLength),
            "yyyy-MM-dd'T'HH:mm:ss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTime whole))
        {
            return null;
        }

        ReadOnlySpan<char> rest = text.AsSpan(SecondsLength);
        return TryReadFraction(ref rest, out uint nanoseconds) && TryReadOffset(rest, out int minutes)
            ? new Timestamp(Timestamp.From(whole).Seconds - (minutes * 60L), nanoseconds)
            : null;
    }

    private static bool TryReadFraction(ref ReadOnlySpan<char> rest, out uint nanoseconds)
    {
        nanoseconds = 0;
        if (!rest.StartsWith('.'))
        {
            return true;
        }

        int digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? rest.Length - 1 : digits;
        if (digits is 0 or > MostDigits)
        {
            return false;
        }

        for (int i = 0; i < MostDigits; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < digits ? (uint)(rest[1 + i] - '0') : 0);
        }

        rest = rest[(1 + digits)..];
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<char> rest, out int minutes)
    {
        minutes = 0;
        if (rest is "" or "Z")
        {
            return true;
        }

        if (rest.Length != 6 || rest[0] is not ('+' or '-') || rest[3] != ':'
            || !int.TryParse(rest[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            || !int.TryParse(rest[4..], NumberStyles.None, CultureInfo.InvariantCulture, out int rest60))
        {
            return false;
        }

        minutes = ((hours * 60) + rest60) * (rest[0] == '-' ? -1 : 1);
        return true;
    }
}
