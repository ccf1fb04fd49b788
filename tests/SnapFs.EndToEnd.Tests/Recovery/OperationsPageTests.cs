using System.Text.Json;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Recovery;

/// <summary>What <c>docs/operations.md</c> says to type when something is lost is typed, word by word.</summary>
public sealed class OperationsPageTests
{
    private const string Damage = "### `check` finds damage (exit code 13)";
    private const string SecondPlace = "**A second place**";

    [Fact]
    public void A_damaged_object_is_replaced_from_a_copy()
    {
        using RepositoryFixture fixture = Sample();
        string copy = CommandsOf(Damage)[0];
        ProcessRunner.Run("cp", ["-a", fixture.Repository, fixture["copy"]]).Expect();
        foreach (string path in DamageableObjects(fixture))
        {
            Flip(path);
            Assert.Equal(ExitCodes.Damaged, fixture.Run("check", "--read-data").ExitCode);

            Type(fixture, copy, path).Expect();

            fixture.CheckEverything();
        }
    }

    [Fact]
    public void A_damaged_object_that_is_moved_away_is_mended_by_the_next_backup()
    {
        using RepositoryFixture fixture = Sample();
        ProcessRunner.Run("cp", ["-a", fixture.Repository, fixture["pristine"]]).Expect();
        string[] objects = DamageableObjects(fixture);
        int mended = 0;
        foreach (string path in objects)
        {
            Flip(path);
            Assert.Equal(ExitCodes.Damaged, fixture.Run("check", "--read-data").ExitCode);

            // The last command is a check. Of two packs of trees, it names directories as no source has them any more.
            ProcessResult typed = Type(fixture, "set +e\n" + CommandsOf(Damage)[1], path);

            Assert.True(typed.ExitCode is ExitCodes.Done or ExitCodes.Damaged, typed.ToString());
            mended += typed.ExitCode == ExitCodes.Done ? 1 : 0;
            AssertIsBack(fixture, newestOnly: typed.ExitCode != ExitCodes.Done);
            ProcessRunner.Run("rm", ["-rf", fixture.Repository, fixture.Cache, fixture["restored"]]).Expect();
            ProcessRunner.Run("cp", ["-a", fixture["pristine"], fixture.Repository]).Expect();
        }

        Assert.Equal(objects.Length - 2, mended);
    }

    [SkippableFact]
    public void A_copy_of_a_repository_that_is_written_to_meanwhile_is_whole()
    {
        Skip.IfNot(ProcessRunner.Shell("command -v rsync").ExitCode == 0, "rsync is not installed");
        string[] lines = CommandsOf(SecondPlace)[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int moment = 0; moment <= lines.Length; moment++)
        {
            using RepositoryFixture fixture = Sample();
            for (int i = 0; i <= lines.Length; i++)
            {
                if (i == moment)
                {
                    File.WriteAllText(fixture["src/new"], Guid.NewGuid().ToString());
                    fixture.Run("backup", fixture["src"], "--source", "s").Expect();
                }

                if (i < lines.Length)
                {
                    // Each line in a shell of its own, so that there can be a backup between any two.
                    Type(fixture, $"{lines[0]}\n{lines[i]}", "").Expect();
                }
            }

            fixture.Run("check", "--read-data", "--repo", fixture["copy"]).Expect();
            string listed = fixture.Run("snapshots", "--json", "--repo", fixture["copy"]).Expect().Output;
            Assert.True(listed.Split('\n').Count(line => line.Contains("\"snapshot\"", StringComparison.Ordinal)) >= 2, listed);
        }
    }

    /// <summary>A repository with two snapshots of <c>src</c>, of which the second has one file more.</summary>
    private static RepositoryFixture Sample()
    {
        RepositoryFixture fixture = new RepositoryFixture().Initialise();
        fixture.Run("key", "export", "--file", fixture["key"]).Expect(); // spares each command the key derivation
        fixture.Environment["SNAPFS_KEY_FILE"] = fixture["key"];
        fixture.Environment["SNAPFS_PASSWORD"] = null;
        Directory.CreateDirectory(fixture["src/sub"]);
        Random random = new(3);
        foreach (string name in (string[])["src/a", "src/b", "src/sub/c"])
        {
            byte[] content = new byte[100_000];
            random.NextBytes(content);
            File.WriteAllBytes(fixture[name], content);
        }

        fixture.Run("backup", fixture["src"], "--source", "s").Expect();
        File.WriteAllBytes(fixture["src/later"], [.. Enumerable.Repeat((byte)7, 3000)]);
        fixture.Run("backup", fixture["src"], "--source", "s").Expect();
        return fixture;
    }

    /// <summary>Restores snapshots: what the sources still have is back in the old ones too.</summary>
    private static void AssertIsBack(RepositoryFixture fixture, bool newestOnly)
    {
        string[] ids =
        [
            .. fixture.Run("snapshots", "--json").Expect().Output.Split('\n')
                .Where(line => line.Contains("\"type\":\"snapshot\"", StringComparison.Ordinal))
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!), // it always has one
        ];
        Assert.Equal(3, ids.Length);
        foreach (string id in newestOnly ? ids[^1..] : ids)
        {
            string target = fixture[$"restored/{id}"];
            fixture.Run("restore", $"{id}:{fixture["src"]}", "--target", target).Expect();
            Assert.Equal(File.ReadAllBytes(fixture["src/a"]), File.ReadAllBytes(Path.Combine(target, "a")));
            Assert.Equal(File.ReadAllBytes(fixture["src/sub/c"]), File.ReadAllBytes(Path.Combine(target, "sub/c")));
        }
    }

    private static string[] DamageableObjects(RepositoryFixture fixture) =>
        [.. fixture.Objects("packs").Keys, .. fixture.Objects("index").Keys];

    private static void Flip(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        content[content.Length / 3] ^= 0x40;
        File.WriteAllBytes(path, content);
    }

    /// <summary>The indented blocks below a heading or a bold beginning of a paragraph, up to the next one.</summary>
    private static List<string> CommandsOf(string beginning)
    {
        string page = File.ReadAllText(Path.Combine(SnapFsBinary.SourceRoot, "docs", "operations.md"));
        int start = page.IndexOf(beginning, StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/operations.md has no {beginning}");
        List<string> blocks = [];
        string? block = null;
        foreach (string line in page[start..].Split('\n').Skip(1))
        {
            if (line.StartsWith('#') || line.StartsWith("**", StringComparison.Ordinal))
            {
                break;
            }

            if (line.StartsWith("    ", StringComparison.Ordinal))
            {
                block = $"{block}{line.Trim()}\n";
            }
            else if (block is not null)
            {
                blocks.Add(block);
                block = null;
            }
        }

        if (block is not null)
        {
            blocks.Add(block);
        }

        Assert.NotEmpty(blocks);
        return blocks;
    }

    /// <summary>Types commands of the page, with the names of this test in place of those of the page.</summary>
    private static ProcessResult Type(RepositoryFixture fixture, string commands, string damaged) => fixture.Shell(commands
        .Replace("/srv/backup", fixture.Repository, StringComparison.Ordinal)
        .Replace("/mnt/copy", fixture["copy"], StringComparison.Ordinal)
        .Replace("/srv/damaged", fixture["damaged"], StringComparison.Ordinal)
        .Replace("/tmp/names", fixture["names"], StringComparison.Ordinal)
        .Replace("/tmp/epochs", fixture["epochs"], StringComparison.Ordinal)
        .Replace("/tmp/keys", fixture["keys"], StringComparison.Ordinal)
        .Replace(
            "packs/5d0c…/3f/3f9a…",
            damaged.Length == 0 ? "" : Path.GetRelativePath(fixture.Repository, damaged),
            StringComparison.Ordinal)
        .Replace("backup / -x --source root", $"backup '{fixture["src"]}' --source s", StringComparison.Ordinal));
}
