using System.Text.RegularExpressions;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Commands;

/// <summary>What <c>docs/excludes.md</c> says is so: its commands are typed, and each line of its table is tried.</summary>
public sealed partial class ExcludesPageTests : IDisposable
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(SnapFsBinary.SourceRoot, "docs", "excludes.md"));

    private readonly RepositoryFixture _fixture = new RepositoryFixture().Initialise();
    private readonly string _site;

    public ExcludesPageTests()
    {
        _fixture.Run("key", "export", "--file", _fixture["key"]).Expect(); // spares each command the key derivation
        _fixture.Environment["SNAPFS_KEY_FILE"] = _fixture["key"];
        _fixture.Environment["SNAPFS_PASSWORD"] = null;
        _site = new TestTree
        {
            ["a.tmp"] = "",
            ["a.txt"] = "",
            ["build"] = "",
            ["Downloads/big"] = "",
            ["Downloads/keep"] = "",
            ["paper.tex"] = "",
            ["src/a.o"] = "",
            ["src/b.tmp"] = "",
            ["src/build/x"] = "",
            ["src/Downloads/x"] = "",
            ["src/lib/a.o"] = "",
        }.WriteTo(_fixture["srv/site"]);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Every_command_of_the_page_works_in_its_order()
    {
        File.WriteAllText(_fixture["excludes"], "# a comment\n*.o\n");
        string[] blocks = [.. Block().Matches(s_page).Select(match => match.Groups[1].Value)];
        Assert.Equal(4, blocks.Length);
        string script = string.Join('\n', blocks)
            .Replace("/srv/site", _site, StringComparison.Ordinal)
            .Replace("/etc/snapfs/excludes", _fixture["excludes"], StringComparison.Ordinal)
            .Replace("/tmp/list", _fixture["list"], StringComparison.Ordinal);

        string error = _fixture.Shell($"set -eu\n{script}").Expect().Error;

        Assert.DoesNotContain("warning", error, StringComparison.OrdinalIgnoreCase);
        Assert.True(File.Exists(Path.Combine(_site, "src/lib/a.o")));
    }

    [Fact]
    public void Each_pattern_of_the_table_leaves_out_what_it_is_said_to()
    {
        string[][] rows =
        [
            .. Row().Matches(s_page).Select(match => match.Groups.Values.Skip(1).Select(cell => cell.Value).ToArray())
                .Where(cells => cells[1].Contains("/srv/site", StringComparison.Ordinal)),
        ];
        Assert.Equal(9, rows.Length);
        foreach (string[] row in rows)
        {
            IEnumerable<string> patterns = row[0].Replace("/srv/site", _site, StringComparison.Ordinal).Split(' ');

            _fixture.Run(["backup", _site, "--source", "s", .. patterns.SelectMany(pattern => (string[])["--exclude", pattern])]).Expect();

            string[] listed =
                [.. _fixture.Run("ls", "-R", "latest").Expect().Output.Split('\n').Select(line => line.TrimEnd('/'))];
            Assert.All(PathsIn(row[1]), path => Assert.DoesNotContain(path, listed));
            Assert.All(PathsIn(row[2]), path => Assert.Contains(path, listed));
        }
    }

    private IEnumerable<string> PathsIn(string cell)
    {
        string here = cell.Replace("/srv/site", _site, StringComparison.Ordinal);
        string[] paths = [.. Code().Matches(here).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(path), path));
        return paths;
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\| `([^`]*)` \| ([^|]*) \| ([^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Code();
}
