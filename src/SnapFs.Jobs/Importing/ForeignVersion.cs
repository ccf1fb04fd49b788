using System.Globalization;
using System.Text.RegularExpressions;

namespace SnapFs.Jobs.Importing;

/// <summary>Versions of other programs.</summary>
internal static partial class ForeignVersion
{
    /// <summary>The version in what a program says when it is asked for it: <c>restic 0.14.0 compiled with …</c>.</summary>
    /// <param name="said">That.</param>
    /// <param name="program">The name of the program.</param>
    /// <exception cref="JobException">There is none.</exception>
    public static Version Parse(string said, string program)
    {
        Match match = Number().Match(said);
        return match.Success && match.Groups[1].Value == program && int.TryParse(
            match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(match.Groups[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            ? new Version(major, minor)
            : throw new JobException(ErrorKind.Environment, $"{program} does not say which version it is");
    }

    [GeneratedRegex(@"\A(\w+) (\d{1,6})\.(\d{1,6})")]
    private static partial Regex Number();
}
