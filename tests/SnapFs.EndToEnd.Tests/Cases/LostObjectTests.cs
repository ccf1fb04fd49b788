using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Cases;

/// <summary>Objects are gone from the repository; the sources are still there.</summary>
public sealed class LostObjectTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();
    private readonly string source;

    public LostObjectTests()
    {
        source = fixture["src"];
        Directory.CreateDirectory(source);
        for (int i = 0; i < 5; i++)
        {
            byte[] content = new byte[100_000];
            new Random(i).NextBytes(content);
            File.WriteAllBytes(Path.Combine(source, $"{i}"), content);
        }

        fixture.Run("backup", source, "--source", "s").Expect();
    }

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("s")]
    [InlineData("another")]
    public void What_a_lost_pack_held_is_stored_anew_and_comes_back_from_old_and_new_snapshots(string sourceName)
    {
        File.Delete(fixture.Packs().MaxBy(pack => pack.Value).Key);

        ProcessResult backup = fixture.Run("backup", source, "--source", sourceName);

        Assert.True(backup.ExitCode == ExitCodes.Partial, backup.ToString());
        Assert.Contains("1 pack", backup.Error, StringComparison.Ordinal);
        AssertEverySnapshotIsWhole(expected: 2);
    }

    /// <summary>A page of the tree before that cannot be read is met by a backup without a cache, which reads all of them.</summary>
    [Fact]
    public void What_a_backup_cannot_read_of_the_tree_before_is_told_and_not_built_on()
    {
        string deep = Path.Combine(source, "deep", "er");
        Directory.CreateDirectory(deep);
        for (int i = 0; i < 300; i++)
        {
            File.WriteAllText(Path.Combine(i % 2 == 0 ? deep : source, $"small {i}"), $"{i}");
        }

        fixture.Run("backup", source, "--source", "s").Expect();
        int told = 0;
        for (int i = 0; i < 12; i++)
        {
            string copy = fixture[$"copy {i}"];
            ProcessRunner.Run("cp", ["-a", fixture.Repository, copy]).Expect();
            string[] packs = [.. Directory.GetFiles(Path.Combine(copy, "packs"), "*", SearchOption.AllDirectories)];
            foreach (string pack in packs.Where(pack => new FileInfo(pack).Length < 400_000)) // of trees
            {
                byte[] content = File.ReadAllBytes(pack);
                content[content.Length * i / 12] ^= 1;
                File.WriteAllBytes(pack, content);
            }

            fixture.Environment["SNAPFS_CACHE_DIR"] = fixture[$"cache {i}"];
            ProcessResult backup = fixture.Run("--repo", copy, "backup", source, "--source", "s");

            Assert.True(backup.ExitCode is 0 or ExitCodes.Partial, backup.ToString());
            Assert.Equal(backup.ExitCode == ExitCodes.Partial, backup.Error.Contains("packs/", StringComparison.Ordinal));
            told += backup.ExitCode == ExitCodes.Partial ? 1 : 0;
            string target = fixture[$"target {i}"];
            fixture.Run("--repo", copy, "restore", $"latest:{source}", "--target", target).Expect();
            ProcessRunner.Run("diff", ["-r", source, target]).Expect();
            fixture.Run("--repo", copy, "backup", source, "--source", "s").Expect();
        }

        Assert.InRange(told, 3, 12);
    }

    [Fact]
    public void The_loss_of_a_pack_and_of_the_index_of_it_is_told_and_made_good()
    {
        foreach (string path in fixture.Objects("index").Keys.Append(fixture.Packs().MaxBy(pack => pack.Value).Key))
        {
            File.Delete(path);
        }

        ProcessResult backup = fixture.Run("backup", source, "--source", "s");

        Assert.True(backup.ExitCode == ExitCodes.Partial, backup.ToString());
        Assert.Contains("lost from the repository: the content of 5 files", backup.Error, StringComparison.Ordinal);
        AssertEverySnapshotIsWhole(expected: 2);
        fixture.Run("backup", source, "--source", "s").Expect();
        fixture.CheckEverything();
    }

    [Fact]
    public void Copies_of_a_repository_that_are_backed_up_to_in_turn_lack_nothing()
    {
        string copy = fixture["copy"];
        ProcessRunner.Run("cp", ["-a", fixture.Repository, copy]).Expect();
        for (int run = 0; run < 6; run++)
        {
            File.WriteAllText(Path.Combine(source, $"of run {run}"), $"{run}");
            string repository = run % 2 == 0 ? fixture.Repository : copy;
            ProcessResult backup = fixture.Run("--repo", repository, "backup", source, "--source", "s");
            Assert.True(backup.ExitCode == 0 && backup.Error.Length == 0, backup.ToString());
        }

        fixture.Run("--repo", copy, "check", "--read-data").Expect();
        fixture.CheckEverything();
    }

    [Fact]
    public void A_backup_after_the_loss_of_the_index_leaves_a_snapshot_that_comes_back()
    {
        foreach (string segment in fixture.Objects("index").Keys)
        {
            File.Delete(segment);
        }

        fixture.Run("backup", source, "--source", "s").Expect();

        AssertEverySnapshotIsWhole(expected: 2);
    }

    [Fact]
    public void A_backup_does_not_build_on_a_segment_that_is_cut_off_because_a_cache_still_knows_it()
    {
        foreach (string segment in fixture.Objects("index").Keys)
        {
            using FileStream cut = File.OpenWrite(segment);
            cut.SetLength(cut.Length / 2);
        }

        ProcessResult backup = fixture.Run("backup", source, "--source", "s");

        Assert.True(backup.ExitCode == ExitCodes.Partial, backup.ToString());
        Assert.Contains("index/", backup.Error, StringComparison.Ordinal);
        fixture.Environment["SNAPFS_CACHE_DIR"] = fixture["new-cache"];
        AssertEverySnapshotIsWhole(expected: 2);
    }

    [Fact]
    public void A_damaged_snapshot_costs_a_search_its_own_hits_only()
    {
        string damaged = Assert.Single(fixture.Objects("snapshots").Keys);
        fixture.Run("backup", source, "--source", "s").Expect();
        using (FileStream cut = File.OpenWrite(damaged))
        {
            cut.SetLength(cut.Length / 2);
        }

        ProcessResult found = fixture.Run("find", "?", "--type", "f");

        Assert.True(found.ExitCode == ExitCodes.Damaged, found.ToString());
        Assert.Equal(5, found.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        string line = Assert.Single(found.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("snapshots/", line, StringComparison.Ordinal);
    }

    private void AssertEverySnapshotIsWhole(int expected)
    {
        using MountPoint mount = fixture.Mount();
        string[] roots = Directory.GetDirectories(Path.Combine(mount.Path, "hosts", Environment.MachineName))
            .SelectMany(Directory.GetDirectories)
            .Where(path => Path.GetFileName(path) != "latest")
            .ToArray();
        Assert.Equal(expected, roots.Length);
        foreach (string root in roots)
        {
            ProcessRunner.Run("diff", ["-r", source, root + source]).Expect();
        }
    }
}
