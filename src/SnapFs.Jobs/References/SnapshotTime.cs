using System.Globalization;
using SnapFs.Trees;

namespace SnapFs.Jobs.References;

/// <summary>Times in references, which may be cut short: a day means its end.</summary>
internal static class SnapshotTime
{
    /// <summary>The length of <c>+01-00</c>.</summary>
    private const int OffsetLength = 6;

    private static readonly (string Form, Func<DateTime, DateTime> Next)[] Forms =
    [
        ("yyyy", time => time.AddYears(1)),
        ("yyyy-MM", time => time.AddMonths(1)),
        ("yyyy-MM-dd", time => time.AddDays(1)),
        ("yyyy-MM-dd'T'HH", time => time.AddHours(1)),
        ("yyyy-MM-dd'T'HH-mm", time => time.AddMinutes(1)),
        ("yyyy-MM-dd'T'HH-mm-ss", time => time.AddSeconds(1)),
    ];

    /// <summary>Whether a word is meant to be a time, well or badly written.</summary>
    internal static bool IsMeant(ReadOnlySpan<char> text) => text is "latest" or "today" or "yesterday"
        || (text.Length >= 4 && !text[..4].ContainsAnyExceptInRange('0', '9'));

    /// <summary>The first instant after what is meant.</summary>
    /// <param name="text">With <c>-</c> for <c>:</c>, cut short anywhere between two numbers, then <c>Z</c>, an offset such as
    /// <c>+01-00</c> or nothing; or <c>today</c> or <c>yesterday</c>, which are days where the clock is.</param>
    /// <param name="clock">The time now.</param>
    /// <param name="zone">Where a time is that does not say it.</param>
    /// <exception cref="UsageException">It is no time.</exception>
    internal static Timestamp EndOf(string text, TimeProvider clock, TimeZoneInfo zone)
    {
        if (text is "today" or "yesterday")
        {
            DateTime today = clock.GetLocalNow().Date;
            return At(text == "today" ? today.AddDays(1) : today, clock.LocalTimeZone);
        }

        // A time that is cut short goes before an offset: T02-10 is ten past two.
        return EndOf(text.EndsWith('Z') ? text[..^1] : text, text.EndsWith('Z') ? TimeZoneInfo.Utc : zone)
            ?? (text.Length > OffsetLength && TryReadOffset(text[^OffsetLength..]) is { } offset
                ? EndOf(text[..^OffsetLength], offset)
                : null)
            ?? throw new UsageException(
                $"'{SafeText.Of(text)}' is no time; write 2026-11-21, 2026-11-21T02:20, yesterday or another such");
    }

    private static Timestamp? EndOf(string digits, TimeZoneInfo zone)
    {
        foreach ((string form, Func<DateTime, DateTime> next) in Forms)
        {
            if (DateTime.TryParseExact(digits, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime begin))
            {
                return begin.Year == DateTime.MaxValue.Year
                    ? Timestamp.From(DateTimeOffset.MaxValue)
                    : At(next(begin), zone);
            }
        }

        return null;
    }

    private static TimeZoneInfo? TryReadOffset(string text) =>
        text[0] is '+' or '-'
        && TimeSpan.TryParseExact(text[1..], @"hh\-mm", CultureInfo.InvariantCulture, out TimeSpan offset)
        && offset <= TimeSpan.FromHours(14)
            ? TimeZoneInfo.CreateCustomTimeZone(text, text[0] == '-' ? -offset : offset, text, text)
            : null;

    private static Timestamp At(DateTime time, TimeZoneInfo zone) =>
        Timestamp.From(new DateTimeOffset(time, zone.GetUtcOffset(time)));
}
