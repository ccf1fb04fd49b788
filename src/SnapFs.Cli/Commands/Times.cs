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

    /// <summary>Reads a time: UTC unless it ends with an offset such as <c>+01:00</c>.</summary>
    /// <exception cref="UsageException">It is no time.</exception>
    public static Timestamp Parse(string text, string option)
    {
        foreach (string form in Forms)
        {
            foreach (string zone in (ReadOnlySpan<string>)["", "'Z'", "zzz"])
            {
                if (DateTimeOffset.TryParseExact(
                    text,
                    form + zone,
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
}
