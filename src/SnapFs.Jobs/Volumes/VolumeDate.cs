using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SnapFs.Trees;

namespace SnapFs.Jobs.Volumes;

/// <summary>A day, or a time of a day, in UTC, as administrators of AFS write it.</summary>
/// <param name="Text">As given.</param>
/// <param name="Start">Its first second, since 1970.</param>
/// <param name="End">The second after it.</param>
public sealed record VolumeDate(string Text, long Start, long End)
{
    private const string LatestText = "latest";
    private const long SecondsOfDay = 24 * 60 * 60;

    private static readonly string[] DayForms = ["yyyy-MM-dd", "yyyy.MM.dd"];

    private static readonly string[] TimeForms =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH-mm-ss'Z'", "yyyy.MM.dd'T'HH-mm-ss'Z'", "yyyy.MM.dd'T'HH:mm:ss'Z'",
        "yyyy-MM-dd'T'HH:mm:ss'.000000000Z'", // as --json writes them; AFS has whole seconds
    ];

    /// <summary>Whether the newest is wanted.</summary>
    public bool IsLatest => Text == LatestText;

    /// <summary>The newest.</summary>
    public static VolumeDate Latest { get; } = new(LatestText, long.MinValue, long.MaxValue);

    /// <summary>Reads a date of the command line.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static VolumeDate Parse(string text) => TryParse(text, out VolumeDate? date)
        ? date
        : throw new UsageException(
            $"a date is a day such as 2026.11.21, a time such as 2026.11.21T02-20-00Z or {LatestText}, not '{SafeText.Of(text)}'");

    /// <summary>Reads a date where something else may stand.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out VolumeDate? date)
    {
        date = text == LatestText ? Latest
            : TryParse(text, DayForms, out long day) ? new VolumeDate(text, day, day + SecondsOfDay)
            : TryParse(text, TimeForms, out long second) ? new VolumeDate(text, second, second + 1)
            : null;
        return date is not null;
    }

    /// <summary>A time as the day it lies in.</summary>
    public static string DayOf(in Timestamp time) =>
        time.ToDateTimeOffset().UtcDateTime.ToString("yyyy.MM.dd", CultureInfo.InvariantCulture);

    private static bool TryParse(string text, string[] forms, out long seconds)
    {
        bool isTime = DateTimeOffset.TryParseExact(
            text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        seconds = isTime ? time.ToUnixTimeSeconds() : 0;
        return isTime;
    }
}
