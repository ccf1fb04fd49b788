using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Crashes;

/// <summary>The third promise: nothing is ever half there.</summary>
[Collection(AloneCollection.Name)]
public sealed class KilledBackupTests(Xunit.Abstractions.ITestOutputHelper log)
{
    [Fact]
    public void A_backup_killed_at_random_moments_leaves_a_whole_repository_and_the_next_run_finishes()
    {
        int seed = Environment.GetEnvironmentVariable("SNAPFS_SEED") is { } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : Environment.TickCount;
        log.WriteLine($"SNAPFS_SEED={seed}");
        Random random = new(seed);
        using RepositoryFixture fixture = new RepositoryFixture().Initialise();
        TortureTree tree = TortureTree.Create(
            fixture["t"], TortureOptions.ShortRun.WithinPathMax with { RandomLength = 40 << 20, Seed = seed });
        TreeManifest original = TreeManifest.Scan(tree.Path);
        TimeSpan whole = TimeWholeBackup(tree.Path);

        int killed = 0;
        for (int round = 0; round < TestScale.Choose(5, 60); round++)
        {
            using RunningProcess backup = fixture.Start("backup", tree.Path, "--source", "t");
            Thread.Sleep(whole * random.NextDouble());
            killed += backup.HasExited ? 0 : 1;
            backup.Kill();
            backup.Wait();
            fixture.CheckEverything();

            // Every other round the cache is lost as well, as on a machine that is set up anew.
            if (round % 2 == 1 && Directory.Exists(fixture.Cache))
            {
                Directory.Delete(fixture.Cache, recursive: true);
            }
        }

        Assert.True(killed > 0, "no backup was killed: the test proved nothing");
        fixture.Run("backup", tree.Path, "--source", "t").Expect();
        fixture.CheckEverything();
        fixture.Run("restore", $"latest:{tree.Path}", "--target", fixture["restored"]).Expect();
        Assert.All(
            TreeManifest.Compare(original, TreeManifest.Scan(fixture["restored"])),
            difference => Assert.Equal(".", difference.Path));
    }

    [Fact]
    public void A_backup_told_to_stop_ends_cleanly_with_143_and_the_next_run_uses_what_was_stored()
    {
        using RepositoryFixture fixture = new RepositoryFixture().Initialise();
        int length = 200 << 20;
        Directory.CreateDirectory(fixture["t"]);
        for (int i = 0; i < 4; i++)
        {
            ProcessRunner.Shell($"head -c {length / 4} /dev/urandom > '{fixture["t/file" + i]}'").Expect();
        }

        using (RunningProcess backup = fixture.Start("backup", fixture["t"]))
        {
            WaitFor(() => fixture.Packs().Values.Sum() > 40 << 20 || backup.HasExited);
            backup.Signal("TERM");
            ProcessResult stopped = backup.Wait();
            Assert.True(stopped.ExitCode == 143, stopped.ToString());
        }

        Assert.Equal(0, fixture.CountSnapshots());
        fixture.Run("backup", fixture["t"]).Expect();
        fixture.CheckEverything();
        Assert.InRange(fixture.Packs().Values.Sum(), length, (long)(length * 1.2));
    }

    [Fact]
    public void Two_backups_into_one_repository_at_once_both_succeed()
    {
        using RepositoryFixture fixture = new RepositoryFixture().Initialise();
        TortureTree first = TortureTree.Create(fixture["a"], TortureOptions.ShortRun with { Seed = 1 });
        TortureTree second = TortureTree.Create(fixture["b"], TortureOptions.ShortRun with { Seed = 2 });

        using (RunningProcess one = fixture.Start("backup", first.Path, "--source", "a"))
        using (RunningProcess two = fixture.Start("backup", second.Path, "--source", "b"))
        {
            one.Wait().Expect();
            two.Wait().Expect();
        }

        fixture.CheckEverything();
        Assert.Equal(2, fixture.CountSnapshots());
        using MountPoint mount = fixture.Mount();
        foreach ((string source, TortureTree tree) in ((string, TortureTree)[])[("a", first), ("b", second)])
        {
            Assert.Empty(TreeManifest.Compare(
                TreeManifest.Scan(tree.Path), TreeManifest.Scan(mount.Latest(source, tree.Path))));
        }
    }

    private static TimeSpan TimeWholeBackup(string path)
    {
        using RepositoryFixture fixture = new RepositoryFixture().Initialise();
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        fixture.Run("backup", path).Expect();
        return System.Diagnostics.Stopwatch.GetElapsedTime(started);
    }

    private static void WaitFor(Func<bool> condition)
    {
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2), "timed out");
            Thread.Sleep(5);
        }
    }
}
