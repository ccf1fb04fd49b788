using System.Text.Json;
using SnapFs.Cli.Hosting;
using SnapFs.Testing;
using SnapFs.Testing.Trees;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>What <c>versions</c> and <c>find --versions</c> say is what a look into every snapshot by itself gives.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class VersionTests
{
    private static readonly string[] Names = ["a", "a/b", "a/b/c", "a/d", "e", "e/f", "g", "\u00e9 \u6587"];

    [Fact]
    public Task Versions_of_random_histories_are_those_of_each_snapshot_looked_into_by_itself() =>
        Seeds.ForEachAsync(TestScale.Choose(2, 40), async random =>
        {
            using TestRepository repository = await new TestRepository().InitialiseAsync();
            await repository.UseKeyFileAsync();
            repository.Write("data/always", "x");
            List<Dictionary<string, string>> seen = [];
            List<string> ids = [];
            for (int i = 0; i < 8; i++)
            {
                Change(repository["data"], random);
                string time = $"2026-11-{i + 1:00}T02:20:00Z";
                await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"], "--source", "s", "--time", time);
                ids.Add(IdOf((await JsonAsync(repository, "snapshots"))[^1]));
                seen.Add((await JsonAsync(repository, "ls", "-R", ids[^1])).ToDictionary(PathOf, StateOf));
            }

            List<JsonElement> found = await JsonAsync(repository, "find", "--versions", "*");

            string[] paths = [.. seen.SelectMany(states => states.Keys).Distinct().Where(path => path != "/")];
            Assert.Equal(paths.Order(StringComparer.Ordinal), found.Select(PathOf).Distinct().Order(StringComparer.Ordinal));
            foreach (string path in paths)
            {
                string[] expected = Expected(path, seen, ids);
                Assert.Equal(expected, found.Where(line => PathOf(line) == path).Select(Shown));
                Assert.Equal(expected, (await JsonAsync(repository, "versions", $"latest:{path}")).Select(Shown));
            }

            string part = repository["data/a"];
            string[] below = [.. paths.Where(path => path.StartsWith(part + "/", StringComparison.Ordinal))];
            Assert.Equal(
                below.SelectMany(path => Expected(path, seen, ids)).Order(StringComparer.Ordinal),
                (await JsonAsync(repository, "find", "--versions", "*", $"{ids[0]}:{part}"))
                    .Select(Shown).Order(StringComparer.Ordinal));
        });

    [Fact]
    public async Task The_lines_fit_80_columns_and_their_ids_are_taken_by_cat()
    {
        using TestRepository repository = await new TestRepository().InitialiseAsync();
        await repository.UseKeyFileAsync();
        string file = repository.Write("data/fstab", "first");
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"], "--source", "s", "--time", "2026-11-01");
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"], "--source", "s", "--time", "2026-11-02");
        repository.Write("data/fstab", "second one");
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"], "--source", "s", "--time", "2026-11-03");
        File.Delete(file);
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"], "--source", "s", "--time", "2026-11-04");
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"], "--source", "later", "--time", "2026-11-05");

        string shown = await repository.ExpectAsync(ExitCode.Success, "versions", $"latest:{file}");

        string[] lines = shown.TrimEnd('\n').Split('\n');
        Assert.Equal($"here:s:{file}", lines[0]);
        Assert.Equal("  gone since 2026-11-04T00:00:00Z", lines[3]);
        Assert.Equal(4, lines.Length);
        Assert.All(lines[1..], line => Assert.InRange(line.Length, 20, 80));
        Assert.EndsWith("2026-11-01 2026-11-02", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("2026-11-03 2026-11-03", lines[2], StringComparison.Ordinal);
        Assert.Equal("first", await repository.ExpectAsync(ExitCode.Success, "cat", $"{lines[1].Trim().Split(' ')[0]}:{file}"));
        Assert.Equal("second one", await repository.ExpectAsync(ExitCode.Success, "cat", $"{lines[2].Trim().Split(' ')[0]}:{file}"));
        Assert.Equal("first", await repository.ExpectAsync(ExitCode.Success, "cat", $"here:s@2026-11-02:{file}"));
        Assert.Equal("second one", await repository.ExpectAsync(ExitCode.Success, "cat", $"here:s~1:{file}"));

        await repository.ExpectAsync(ExitCode.Failed, "versions", "latest:/none");
        Assert.Equal("snapfs: no snapshot of here has /none\n", repository.Cli.Error);
        await repository.ExpectAsync(ExitCode.Usage, "versions", "latest");
    }

    [Fact]
    public async Task A_snapshot_that_cannot_be_read_is_told_and_hides_no_other()
    {
        using TestRepository repository = await new TestRepository().InitialiseAsync();
        await repository.UseKeyFileAsync();
        string file = repository.Write("data/file", "first");
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"], "--source", "s", "--time", "2026-11-01");
        HashSet<string> packs = [.. Packs(repository)];
        repository.Write("data/file", "second one");
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"], "--source", "s", "--time", "2026-11-02");
        foreach (string pack in Packs(repository).Where(pack => !packs.Contains(pack)))
        {
            File.Delete(pack);
        }

        repository.Delete("cache");

        foreach (string[] command in (string[][])[["versions", $"latest:{file}"], ["find", "--versions", "file"]])
        {
            string shown = await repository.ExpectAsync(ExitCode.Damaged, command);
            Assert.Contains("2026-11-01 2026-11-01", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("gone", shown, StringComparison.Ordinal);
            Assert.Contains("packs/", repository.Cli.Error, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Packs(TestRepository repository) =>
        Directory.GetFiles(Path.Combine(repository["repo"], "packs"), "*", SearchOption.AllDirectories);

    /// <summary>A state each as first snapshot, last snapshot and number of snapshots, in the order of the first; then since when it is
    /// gone.</summary>
    private static string[] Expected(string path, List<Dictionary<string, string>> seen, List<string> ids)
    {
        string?[] states = [.. seen.Select(states => states.GetValueOrDefault(path))];
        List<string> expected = [];
        foreach (string state in states.OfType<string>().Distinct())
        {
            int[] at = [.. Enumerable.Range(0, states.Length).Where(i => states[i] == state)];
            expected.Add($"{state} {ids[at[0]]} {ids[at[^1]]} {at.Length}");
        }

        if (states[^1] is null)
        {
            expected.Add($"gone {ids[Array.FindLastIndex(states, state => state is not null) + 1]}");
        }

        return [.. expected];
    }

    private static string Shown(JsonElement line) => line.GetProperty("type").GetString() == "gone"
        ? $"gone {line.GetProperty("since").GetString()}"
        : $"{StateOf(line)} {line.GetProperty("first")} {line.GetProperty("last")} {line.GetProperty("snapshots")}";

    /// <summary>Times to the nanosecond tell contents apart that one has changed here.</summary>
    private static string StateOf(JsonElement node) => string.Join(' ', ((string[])["kind", "mode", "size", "modified", "user", "target"])
        .Select(name => node.TryGetProperty(name, out JsonElement value) && node.GetProperty("kind").GetString() != "directory"
            || name is "kind" or "mode" or "modified" ? node.GetProperty(name).ToString() : ""));

    private static string PathOf(JsonElement node) => node.GetProperty("path").GetString() ?? "";

    private static string IdOf(JsonElement snapshot) => snapshot.GetProperty("id").GetString() ?? "";

    private static async Task<List<JsonElement>> JsonAsync(TestRepository repository, params string[] arguments)
    {
        ExitCode code = await repository.Cli.RunAsync([.. arguments, "--json"]);
        Assert.True(code == ExitCode.Success, repository.Cli.Error);
        string[] lines = repository.Cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static void Change(string directory, Random random)
    {
        for (int i = random.Next(4); i > 0; i--)
        {
            string path = Path.Combine(directory, Names[random.Next(Names.Length)]);
            switch (random.Next(5))
            {
                case 0 when Path.Exists(path):
                    Remove(path);
                    break;
                case 1:
                    Remove(path);
                    Above(path);
                    File.CreateSymbolicLink(path, $"target {random.Next(3)}");
                    break;
                case 2 when File.Exists(path) && new FileInfo(path).LinkTarget is null:
                    File.SetUnixFileMode(path, UnixFileMode.UserRead | (UnixFileMode)(random.Next(8) << 3));
                    break;
                case 3:
                    Remove(path);
                    Directory.CreateDirectory(Above(path));
                    File.WriteAllText(path, "the same again");
                    File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(random.Next(2)));
                    break;
                default:
                    Remove(path);
                    Directory.CreateDirectory(Above(path));
                    File.WriteAllText(path, $"{random.Next()}");
                    break;
            }
        }
    }

    /// <summary>The directory of a path, in the place of what is there.</summary>
    private static string Above(string path)
    {
        string directory = Path.GetDirectoryName(path)!; // no test is in /
        for (string at = directory; !Directory.Exists(at); at = Path.GetDirectoryName(at)!)
        {
            Remove(at);
        }

        if (new DirectoryInfo(directory).LinkTarget is not null)
        {
            Remove(directory);
        }

        return Directory.CreateDirectory(directory).FullName;
    }

    private static void Remove(string path)
    {
        if (new FileInfo(path).LinkTarget is not null || File.Exists(path))
        {
            File.Delete(path);
        }
        else if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
