using System.Globalization;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands;

/// <summary>Times on the command line.</summary>
internal static class Times
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd' 'HH:mm",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd' 'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH-mm-ss",
    ];

    /// <summary>Reads a time.</summary>
    /// <param name="text">The time.</param>
    /// <param name="option">The option that has it.</param>
    /// <param name="zone">Where it is if it does not end with <c>Z</c> or with an offset such as <c>+01:00</c>.</param>
    /// <exception cref="UsageException">It is no time.</exception>
    public static Timestamp Parse(string text, string option, TimeZoneInfo zone)
    {
        foreach (string form in Forms)
        {
            if (DateTime.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime here))
            {
                return Timestamp.From(new DateTimeOffset(here, zone.GetUtcOffset(here)));
            }

            foreach (string offset in (ReadOnlySpan<string>)["'Z'", "zzz"])
            {
                if (DateTimeOffset.TryParseExact(
                    text,
                    form + offset,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out DateTimeOffset time))
                {
                    return Timestamp.From(time);
                }
            }
        }

        throw new UsageException(
            $"{option} takes a time such as 2026-11-21 or 2026-11-21T02:20:00Z, not '{SafeText.Of(text)}'");
    }

    /// <summary>Reads an age: a number and <c>m</c>, <c>h</c>, <c>d</c> or <c>w</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static TimeSpan ParseAge(string text, string option)
    {
        double minutes = text.Length == 0 ? 0 : text[^1] switch
        {
            'm' => 1,
            'h' => 60,
            'd' => 24 * 60,
            'w' => 7 * 24 * 60,
            _ => 0,
        };
        return minutes > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && count > 0
            ? TimeSpan.FromMinutes(Math.Min(count * minutes, TimeSpan.MaxValue.TotalMinutes / 2))
            : throw new UsageException($"{option} takes an age such as 90m, 26h, 8d or 2w, not '{SafeText.Of(text)}'");
    }
}
