using System.Globalization;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Trees;

namespace SnapFs.Cli.Volumes;

/// <summary>A day, or a time of a day, in UTC, as administrators of AFS write it.</summary>
/// <param name="Text">As given.</param>
/// <param name="Start">Its first second, since 1970.</param>
/// <param name="End">The second after it.</param>
internal sealed record VolumeDate(string Text, long Start, long End)
{
    private const string Latest = "latest";
    private const long SecondsOfDay = 24 * 60 * 60;

    private static readonly string[] DayForms = ["yyyy-MM-dd", "yyyy.MM.dd"];

    private static readonly string[] TimeForms =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH-mm-ss'Z'", "yyyy.MM.dd'T'HH-mm-ss'Z'", "yyyy.MM.dd'T'HH:mm:ss'Z'",
    ];

    /// <summary>Reads a date of the command line.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static VolumeDate Parse(string text)
    {
        if (text == Latest)
        {
            return new VolumeDate(text, long.MinValue, long.MaxValue);
        }

        if (TryParse(text, DayForms, out long day))
        {
            return new VolumeDate(text, day, day + SecondsOfDay);
        }

        return TryParse(text, TimeForms, out long second)
            ? new VolumeDate(text, second, second + 1)
            : throw new UsageException(
                $"a date is a day such as 2026.11.21, a time such as 2026.11.21T02-20-00Z or {Latest}, not '{SafeText.Of(text)}'");
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
