using System.Globalization;
using SnapFs.Trees;

namespace SnapFs.Text;

/// <summary>Numbers with their units, the same in every locale.</summary>
public static class Units
{
    private static readonly string[] Names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>A size with three or four digits: <c>1.50 GiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < Names.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        string format = unit == 0 ? "0" : value < 10 ? "0.00" : value < 100 ? "0.0" : "0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Names[unit]}";
    }

    /// <summary>A count with its thousands apart: <c>160,000</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count of things: <c>1 file</c>, <c>2 files</c>.</summary>
    public static string Count(long count, string singular, string? plural = null) =>
        $"{Count(count)} {(count == 1 ? singular : plural ?? singular + "s")}";

    /// <summary>A duration: <c>4.2 s</c>, <c>3:05 min</c>, <c>2:03:05 h</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time.TotalSeconds < 60)
        {
            return $"{time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s";
        }

        return time.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00} min")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00} h");
    }

    /// <summary>A time in UTC to the second, as the mount names snapshots but with colons.</summary>
    public static string Time(in Timestamp time) =>
        time.ToDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time to the second in a zone: as <see cref="Time(in Timestamp)"/> in UTC, with an offset such as <c>+01:00</c> in
    /// others.</summary>
    public static string Time(in Timestamp time, TimeZoneInfo zone) => zone == TimeZoneInfo.Utc
        ? Time(in time)
        : TimeZoneInfo.ConvertTime(time.ToDateTimeOffset(), zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>A time to the minute where somebody is, with how far that is from UTC: <c>2026-11-21 03:20 +01:00</c>.</summary>
    public static string LocalTime(in Timestamp time, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(time.ToDateTimeOffset(), zone)
        .ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    /// <summary>How long ago something was: <c>5min</c>, <c>3h12min</c>, <c>25d16h</c>.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { Ticks: < 0 } => "in the future",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Minutes}min"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Hours}h{age.Minutes}min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)age.TotalDays}d{age.Hours}h"),
    };

    /// <summary>A time in UTC with all nine digits of its second.</summary>
    public static string ExactTime(in Timestamp time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{time.ToDateTimeOffset().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}.{time.Nanoseconds:000000000}Z");

    /// <summary>Reads a size such as <c>256M</c>, <c>1GiB</c> or <c>4096</c>; units are powers of 1024.</summary>
    public static bool TryParseBytes(string text, out long bytes)
    {
        bytes = 0;
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        string unit = text[digits..].Trim().ToUpperInvariant();
        unit = unit.EndsWith("IB", StringComparison.Ordinal) ? unit[..^2] : unit.TrimEnd('B');
        int power = unit.Length == 0 ? 0 : unit.Length == 1 ? "_KMGTPE".IndexOf(unit[0], StringComparison.Ordinal) : -1;
        if (power < 0
            || unit == "_"
            || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            || (UInt128)value << (10 * power) > long.MaxValue)
        {
            return false;
        }

        bytes = value << (10 * power);
        return true;
    }
}
