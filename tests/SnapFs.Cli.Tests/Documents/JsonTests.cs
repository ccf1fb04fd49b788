using System.Text.Json;
using System.Text.RegularExpressions;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Tests.Commands;
using SnapFs.Testing.Volumes;

namespace SnapFs.Cli.Tests.Documents;

/// <summary>What <c>--json</c> writes is what <c>docs/json.md</c> says.</summary>
public sealed partial class JsonTests
{
    private static readonly string Document =
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "json.md"));

    [Fact]
    public async Task Every_line_has_the_members_that_the_document_lists()
    {
        using TestRepository repository = await new TestRepository().InitialiseAsync();
        string source = Path.GetDirectoryName(repository.Write("source/file", "text"))!; // it has a directory
        File.CreateSymbolicLink(Path.Combine(source, "link"), "file");
        List<string> lines = [];
        async Task Run(ExitCode expected, params string[] arguments) => lines.AddRange(
            (await repository.ExpectAsync(expected, [.. arguments, "--json"])).Split('\n', StringSplitOptions.RemoveEmptyEntries));

        await Run(ExitCode.Success, "backup", source, "--source", "s", "--tag", "t");
        repository.Write("source/file", "other");
        await Run(ExitCode.Success, "backup", source, "--source", "s");
        await Run(ExitCode.Success, "backup", source, "--source", "s", "--dry-run");
        await Run(ExitCode.Success, "snapshots");
        await Run(ExitCode.Success, "ls", "-R", "latest");
        await Run(ExitCode.Success, "find", "file");
        File.Delete(Path.Combine(source, "link"));
        await Run(ExitCode.Success, "backup", source, "--source", "s");
        await Run(ExitCode.Success, "find", "--versions", "*");
        await Run(ExitCode.Success, "versions", $"latest:{source}/link");
        string[] ids = await IdsAsync(repository);
        await Run(ExitCode.Failed, "diff", ids[0], ids[1]);
        await Run(ExitCode.Success, "restore", "latest", "--target", repository["out"]);
        await Run(ExitCode.Success, "check", "--read-data");
        await Run(ExitCode.Success, "stats");
        await Run(ExitCode.Success, "stats", "latest");
        await Run(ExitCode.Success, "status");
        await Run(ExitCode.Success, "key", "list");
        await Run(ExitCode.Success, "version", "-v");
        string dump = Path.Combine(DumpSamples.Folder, "user.alice.s0.full.dump");
        await Run(ExitCode.Success, "volume", "import", "--cell", "c", "--dry-run", dump);
        await Run(ExitCode.Success, "volume", "import", "--cell", "c", dump);
        await Run(ExitCode.Success, "volume", "import", "--cell", "c", dump);
        await Run(ExitCode.Success, "volume", "import", "--cell", "c", Path.Combine(DumpSamples.Folder, "user.alice.s1.inc.dump"));
        string cut = repository["cut.dump"];
        File.WriteAllBytes(cut, File.ReadAllBytes(Path.Combine(DumpSamples.Folder, "mail.alice.backup.s0.full.dump"))[..^5]);
        await Run(ExitCode.Partial, "volume", "import", "--cell", "c", "--salvage", "--verbose", cut);
        Assert.Contains("\"kind\":\"source\",\"path\":\"/mbox\"", repository.Cli.Error, StringComparison.Ordinal);
        lines.AddRange(repository.Cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await Run(ExitCode.Success, "volume", "list");
        new FakeRestic(repository).Has('a', "2026-11-20T02:20:00Z", "web1");
        await Run(ExitCode.Success, "import", "restic", "/srv/restic", "--dry-run");
        await Run(ExitCode.Success, "import", "restic", "/srv/restic");
        await Run(ExitCode.Success, "import", "restic", "/srv/restic");

        File.WriteAllText(repository["patterns"], "./x\n");
        await Run(ExitCode.Usage, "diff", "h:none", "latest");
        lines.AddRange(repository.Cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await Run(ExitCode.Success, "backup", source, "--source", "w", "--exclude-file", repository["patterns"]);
        lines.AddRange(repository.Cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        Directory.GetFiles(Path.Combine(repository["repo"], "packs"), "*", SearchOption.AllDirectories).ToList().ForEach(File.Delete);
        await Run(ExitCode.Damaged, "check");

        HashSet<string> types = [];
        foreach (string line in lines)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            types.Add(AssertIsDocumented(json.RootElement));
        }

        HashSet<string> expected =
        [
            "snapshot", "dryRun", "node", "hit", "fileVersion", "gone", "difference", "diffSummary", "restore", "checkSummary",
            "checkedSnapshot", "finding", "affected", "import",
            "repositoryStats", "status", "slot", "version", "volumeImport", "volume", "error", "warning",
        ];
        Assert.Superset(expected, types);
    }

    private static async Task<string[]> IdsAsync(TestRepository repository) =>
        [.. (await repository.ExpectAsync(ExitCode.Success, "snapshots", "--json"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString() ?? "")];

    private static string AssertIsDocumented(JsonElement element)
    {
        string type = element.GetProperty("type").GetString() ?? "";
        string section = SectionOf(type);
        HashSet<string> documented = [.. Code().Matches(section).Select(match => match.Groups[1].Value)];
        Assert.All(
            element.EnumerateObject().Where(member => member.Name != "type"),
            member => Assert.True(documented.Contains(member.Name), $"{type}.{member.Name} is not in docs/json.md"));

        HashSet<string> present = [.. element.EnumerateObject().Select(member => member.Name)];
        foreach (Match row in Row().Matches(section))
        {
            if (!row.Groups[2].Value.Contains("may be missing", StringComparison.Ordinal)
                && !row.Groups[2].Value.Contains("only", StringComparison.Ordinal))
            {
                Assert.All(
                    Code().Matches(row.Groups[1].Value).Select(match => match.Groups[1].Value),
                    name => Assert.True(present.Contains(name), $"{type} lacks {name}"));
            }
        }

        return type;
    }

    /// <summary>The section of a type, and the one it refers to.</summary>
    private static string SectionOf(string type)
    {
        string[] sections = [.. Heading().Split(Document)];
        int at = Array.FindIndex(
            sections, section => section.Split('\n')[0].Split(',', StringSplitOptions.TrimEntries).Contains(type));
        Assert.True(at >= 0, $"docs/json.md has no section for {type}");
        string section = sections[at];
        Match other = Reference().Match(section);
        return other.Success ? section + SectionOf(other.Groups[1].Value) : section;
    }

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("`([a-zA-Z0-9]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("^\\| (`.*?) \\| (.*?) \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(": as `(\\w+)`")]
    private static partial Regex Reference();
}
