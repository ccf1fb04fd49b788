using System.Text.RegularExpressions;

namespace SnapFs.Conventions.Tests;

/// <summary>What can be read off the source text.</summary>
public sealed partial class SourceTextTests
{
    private const int MaximumLines = 600;
    private const int MaximumColumns = 140; // 120 is the aim; a few columns more are better than a broken sentence

    public static TheoryData<string> Directories => ["src", "tests"];

    [Theory]
    [MemberData(nameof(Directories))]
    public void No_file_is_longer_than_600_lines(string directory) => AssertNone(
        SourceTree.Files(directory, ".cs")
            .Select(path => (path, lines: SourceTree.Read(path).Count(character => character == '\n')))
            .Where(file => file.lines > MaximumLines));

    [Theory]
    [MemberData(nameof(Directories))]
    public void No_line_is_longer_than_140_columns(string directory) => AssertNone(
        Lines(directory).Where(line => line.Text.Length > MaximumColumns));

    [Theory]
    [MemberData(nameof(Directories))]
    public void Nothing_is_left_to_be_done(string directory) => AssertNone(
        Lines(directory).Where(line => Unfinished().IsMatch(line.Text) && !IsThisFile(line.Path)));

    [Fact]
    public void One_vocabulary_is_used() => AssertNone(
        SourceTree.Files("src", ".cs")
            .Where(path => SynonymInName().IsMatch(Path.GetFileNameWithoutExtension(path)))
            .Concat(Lines("src")
                .Where(line => SynonymInCode().IsMatch(WithoutText(line.Text)))
                .Select(line => line.ToString())));

    [Fact]
    public void No_path_of_a_developers_machine_is_named() => AssertNone(
        SourceTree.Files("", ".cs", ".csproj", ".props", ".sh", ".md", ".json", ".py", ".c", ".h", ".sln")
            .SelectMany(LinesOf)
            .Where(line => MachinePath().IsMatch(line.Text) && !IsThisFile(line.Path)));

    /// <summary>So that no program inherits a secret.</summary>
    [Fact]
    public void Programs_are_started_in_one_place() => AssertNone(
        Lines("src").Where(line => line.Text.Contains("Process.Start(", StringComparison.Ordinal)
            && !line.Text.Contains("ChildProcess.Start(", StringComparison.Ordinal)
            && !line.Path.EndsWith("/ChildProcess.cs", StringComparison.Ordinal)));

    [Fact]
    public void Every_public_type_has_a_documentation_comment()
    {
        List<string> offenders = [];
        foreach (string path in SourceTree.Files("src", ".cs"))
        {
            string[] lines = SourceTree.Read(path).Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                if (PublicType().IsMatch(lines[i]) && !IsDocumented(lines, i) && !IsPartOf(path, lines[i]))
                {
                    offenders.Add($"{path}:{i + 1}: {lines[i].Trim()}");
                }
            }
        }

        AssertNone(offenders);
    }

    private static void AssertNone<T>(IEnumerable<T> offenders)
    {
        List<string> lines = offenders.Select(offender => $"{offender}").ToList();
        Assert.True(lines.Count == 0, $"{lines.Count} offenders:\n{string.Join('\n', lines.Take(50))}");
    }

    /// <summary>The first line above that is no attribute is a documentation comment.</summary>
    private static bool IsDocumented(string[] lines, int declaration)
    {
        int above = declaration - 1;
        while (above >= 0 && lines[above].TrimStart().StartsWith('['))
        {
            above--;
        }

        return above >= 0 && lines[above].TrimStart().StartsWith("///", StringComparison.Ordinal);
    }

    /// <summary>One part of a partial type carries the comment: the file that has the type's plain name.</summary>
    private static bool IsPartOf(string path, string line) =>
        line.Contains(" partial ", StringComparison.Ordinal)
        && Path.GetFileNameWithoutExtension(path).Contains('.', StringComparison.Ordinal);

    private static bool IsThisFile(string path) => path.EndsWith("SourceTextTests.cs", StringComparison.Ordinal);

    /// <summary>A line of code without string literals and comments, whose words are free.</summary>
    private static string WithoutText(string line) => Comment().Replace(Literal().Replace(line, "\"\""), "");

    private static IEnumerable<SourceLine> Lines(string directory) =>
        SourceTree.Files(directory, ".cs").SelectMany(LinesOf);

    private static IEnumerable<SourceLine> LinesOf(string path) => SourceTree.Read(path)
        .Split('\n')
        .Select((text, index) => new SourceLine(path, index + 1, text.TrimEnd('\r')));

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedException")]
    private static partial Regex Unfinished();

    [GeneratedRegex("Blob|Archive|Manifest|Helper|Utils|Misc")]
    private static partial Regex SynonymInName();

    [GeneratedRegex(@"\w*(Blob(?!Format)|blob|Archive(?!d)|archive(?!d)|Manifest(?!Resource)|manifest)\w*")]
    private static partial Regex SynonymInCode();

    [GeneratedRegex(@"(^|[^\w.<>/$-])/(work|home/\w+/(src|repos|git)|Users)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(
        @"^\s*public (static |sealed |abstract |partial |readonly |unsafe |ref )*"
        + "(class|record|struct|interface|enum|delegate) ")]
    private static partial Regex PublicType();

    [GeneratedRegex("\"(\\\\.|[^\"\\\\])*\"")]
    private static partial Regex Literal();

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();

    private sealed record SourceLine(string Path, int Number, string Text)
    {
        public override string ToString() => $"{Path}:{Number}: {Text.Trim()}";
    }
}
