using System.Globalization;
using System.Text.RegularExpressions;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;

namespace SnapFs.Cli.Tests.Documents;

/// <summary><c>docs/exit-codes.md</c> lists exactly the codes there are, and of every kind of error its code.</summary>
public sealed partial class ExitCodeTests
{
    private static readonly string Document =
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "exit-codes.md"));

    [Fact]
    public void The_first_table_lists_every_exit_code_once()
    {
        IEnumerable<string> documented = CodeRow().Matches(Document)
            .Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}");

        Assert.Equal(Enum.GetValues<ExitCode>().Order().Select(code => $"{(int)code} {code}"), documented);
    }

    [Fact]
    public void Every_kind_of_error_has_the_code_that_the_second_table_says()
    {
        IEnumerable<string> documented = KindRow().Matches(Document)
            .Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}");

        Assert.Equal(
            Enum.GetValues<ErrorKind>().Select(kind => string.Create(
                CultureInfo.InvariantCulture, $"{JsonFields.NameOf(kind)} {(int)ExitCodes.Of(kind)}")),
            documented);
    }

    [Fact]
    public void No_kind_of_error_ends_with_a_code_that_says_how_much_was_done()
    {
        ExitCode[] outcomes =
            [ExitCode.Success, ExitCode.Partial, ExitCode.NotEverywhere, ExitCode.Interrupted, ExitCode.Terminated];

        Assert.DoesNotContain(Enum.GetValues<ErrorKind>(), kind => outcomes.Contains(ExitCodes.Of(kind)));
    }

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex CodeRow();

    [GeneratedRegex(@"^\| `(\w+)` \| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex KindRow();
}
