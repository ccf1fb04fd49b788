using System.Globalization;
using System.Text.RegularExpressions;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Terminals;

/// <summary>What a program showed on a terminal of 80 columns and 24 rows.</summary>
/// <param name="Sent">What it sent, with carriage returns and escape sequences.</param>
/// <param name="ExitCode">Its exit code.</param>
internal sealed partial record Terminal(string Sent, int ExitCode)
{
    public const int Columns = 80;
    public const int Rows = 24;

    /// <summary>What stands on it in the end.</summary>
    public IReadOnlyList<string> Lines =>
        [.. Sent.TrimEnd('\n', '\r').Split('\n').Select(line => Written(line).LastOrDefault(text => text.Length > 0) ?? "")];

    /// <summary>Every state of every line, without colours.</summary>
    public IEnumerable<string> States => Sent.Split('\n').SelectMany(Written);

    /// <summary>Runs a command of the program under test.</summary>
    /// <param name="fixture">The repository.</param>
    /// <param name="typed">What is typed, and what is waited for before.</param>
    /// <param name="arguments">The command.</param>
    public static Terminal Run(RepositoryFixture fixture, (string WaitFor, string Type)[] typed, params string[] arguments)
    {
        Skip.IfNot(ProcessRunner.Exists("python3"), "python3 is missing: apt-get install python3");
        string script = Path.Combine(SnapFsBinary.SourceRoot, "tests/SnapFs.EndToEnd.Tests/Terminals/terminal.py");
        ProcessResult result = ProcessRunner.Run(
            "python3",
            [
                script, Columns.ToString(CultureInfo.InvariantCulture), Rows.ToString(CultureInfo.InvariantCulture),
                .. typed.SelectMany(step => (string[])[step.WaitFor, step.Type]), "--", SnapFsBinary.Path, .. arguments,
            ],
            new ProcessOptions { Environment = fixture.Environment });
        return new Terminal(result.Output, result.ExitCode);
    }

    /// <summary>Nothing was ever wider than the terminal.</summary>
    public Terminal AssertFits()
    {
        Assert.All(States, state => Assert.InRange(state.Length, 0, Columns));
        return this;
    }

    /// <summary>What was replaced in its line was not wider: of two lines only the second could be.</summary>
    public Terminal AssertReplacedFits()
    {
        Assert.All(
            Sent.Split('\n').SelectMany(line => Written(line.TrimEnd('\r')).SkipLast(1)),
            state => Assert.InRange(state.Length, 0, Columns));
        return this;
    }

    /// <summary>What a line showed, one after the other: a carriage return begins anew.</summary>
    private static IEnumerable<string> Written(string line) => Escape().Replace(line, "").Split('\r');

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escape();
}
