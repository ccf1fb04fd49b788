using System.Globalization;
using SnapFs.Trees;

namespace SnapFs.Jobs.References;

/// <summary>Times in references, which may be cut short: a day means its end.</summary>
internal static class SnapshotTime
{
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
    /// <param name="text">In UTC with <c>-</c> for <c>:</c>, cut short anywhere between two numbers; or <c>today</c> or
    /// <c>yesterday</c>, which are days where the clock is.</param>
    /// <param name="clock">The time now.</param>
    /// <exception cref="UsageException">It is no time.</exception>
    internal static Timestamp EndOf(string text, TimeProvider clock)
    {
        if (text is "today" or "yesterday")
        {
            DateTime today = clock.GetLocalNow().Date;
            DateTime end = text == "today" ? today.AddDays(1) : today;
            return Timestamp.From(new DateTimeOffset(end, clock.LocalTimeZone.GetUtcOffset(end)));
        }

        string digits = text.EndsWith('Z') ? text[..^1] : text;
        foreach ((string form, Func<DateTime, DateTime> next) in Forms)
        {
            if (DateTime.TryParseExact(digits, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime begin))
            {
                DateTime end = begin.Year == DateTime.MaxValue.Year ? DateTime.MaxValue : next(begin);
                return Timestamp.From(new DateTimeOffset(end, TimeSpan.Zero));
            }
        }

        throw new UsageException(
            $"'{SafeText.Of(text)}' is no time; write 2026-11-21, 2026-11-21T02:20, yesterday or another such");
    }
}
