using System.Text.RegularExpressions;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Documents;

public sealed partial class EnvironmentTests
{
    [Fact]
    public void The_document_lists_every_variable_the_program_asks_for_and_no_other()
    {
        HashSet<string> asked = [];
        TestCli cli = new();
        CliEnvironment environment = cli.Environment with
        {
            Variable = name =>
            {
                asked.Add(name);
                return null;
            },
        };
        CommandTree tree = CommandTree.Create();
        Settings.Resolve(tree.Parse(["version"]), tree.Globals, environment);

        // Asked for by the line of progress, and by users other than root.
        asked.UnionWith(["NO_COLOR", "XDG_CACHE_HOME", "HOME"]);
        string document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "environment.md"));
        Assert.Equal(
            asked.Order(StringComparer.Ordinal),
            Row().Matches(document).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^\\| `([A-Z_]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
