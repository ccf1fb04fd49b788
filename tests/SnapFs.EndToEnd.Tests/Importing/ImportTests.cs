using System.Diagnostics;
using System.Text.Json;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Importing;

/// <summary>Repositories of the real restic and borg, taken over snapshot by snapshot.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public static TheoryData<string> Programs => ["restic", "borg"];

    public void Dispose() => fixture.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Each_snapshot_is_what_the_other_program_restores_of_it(string program)
    {
        ForeignHistory history = new ForeignHistory(fixture, program).WithThreeDays();

        string planned = fixture.Run([.. history.Import, "--dry-run"]).Expect().Output;
        Assert.Contains("3 snapshots would be taken over, 0 already here", planned, StringComparison.Ordinal);
        Assert.Equal(0, fixture.CountSnapshots());
        string taken = fixture.Run([.. history.Import, "--tag", "moved"]).Expect().Output;

        Assert.Contains("3 snapshots taken over, 0 already here", taken, StringComparison.Ordinal);
        AssertIsWhole(history, program);
        fixture.CheckEverything();
        AssertNoScratch();
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void A_second_run_takes_what_is_new_and_nothing_twice(string program)
    {
        ForeignHistory history = new ForeignHistory(fixture, program).WithThreeDays();
        fixture.Run(history.Import).Expect();
        Dictionary<string, long> packs = fixture.Packs();

        Assert.Contains(
            "0 snapshots taken over, 3 already here", fixture.Run(history.Import).Expect().Output, StringComparison.Ordinal);

        Assert.Equal(packs, fixture.Packs());
        history.Take($"echo later > '{history.Source}/later'");
        Assert.Contains(
            "1 snapshot taken over, 3 already here", fixture.Run(history.Import).Expect().Output, StringComparison.Ordinal);
        Assert.Equal(
            ["alreadyThere", "alreadyThere", "alreadyThere", "alreadyThere"],
            JsonLines.Of(fixture.Run([.. history.Import, "--json"]).Expect().Output, "import")
                .Select(line => line.GetProperty("outcome").GetString()));
    }

    /// <summary>The files that the other program restored have inode numbers and ctimes of their own.</summary>
    [SkippableFact]
    public void A_job_that_gets_a_past_reads_nothing_again()
    {
        ForeignHistory history = new(fixture, "restic");
        history.Take($"mkdir -p '{history.Source}'; echo text > '{history.Source}/file'");
        string[] backup = ["backup", history.Source, "--host", "web1", "--source", "files", "--json", "--time"];
        fixture.Run([.. backup, "2101-01-01"]).Expect();

        fixture.Run([.. history.Import, "--source", "files"]).Expect();
        string next = fixture.Run([.. backup, "2101-01-02"]).Expect().Output;

        JsonElement snapshot = Assert.Single(JsonLines.Of(next, "snapshot"));
        Assert.Equal(1, snapshot.GetProperty("filesUnchanged").GetInt32());
        JsonElement[] all = [.. JsonLines.Of(fixture.Run("snapshots", "--json").Expect().Output, "snapshot")];
        Assert.Equal([true, false, false], all.Select(one => one.GetProperty("tags").GetArrayLength() > 0));
        Assert.False(all[0].TryGetProperty("previous", out _));
        Assert.Equal(all[1].GetProperty("id").GetString(), snapshot.GetProperty("previous").GetString());
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void A_run_that_is_killed_at_any_moment_is_gone_on_with(string program)
    {
        ForeignHistory history = new ForeignHistory(fixture, program).WithThreeDays();
        long started = Stopwatch.GetTimestamp();
        using (RepositoryFixture other = new RepositoryFixture().Initialise())
        {
            string import = string.Join(' ', history.Import);
            fixture.Shell($"SNAPFS_REPOSITORY='{other.Repository}' SNAPFS_CACHE_DIR='{other.Cache}' snapfs {import}").Expect();
        }

        TimeSpan whole = Stopwatch.GetElapsedTime(started);
        int rounds = TestScale.Choose(3, 30);
        int killed = 0;
        for (int round = 0; round < rounds; round++)
        {
            using RunningProcess import = fixture.Start([.. history.Import, "--tag", "moved"]);
            Thread.Sleep(whole * (round + 0.5) / rounds);
            killed += import.HasExited ? 0 : 1;
            import.Kill();
            WaitForOrphans();
            fixture.CheckEverything();
        }

        Assert.True(killed > 0, "no import was killed: the test proved nothing");
        fixture.Run([.. history.Import, "--tag", "moved", "--no-lock"]).Expect();
        Assert.Equal(3, fixture.CountSnapshots());
        AssertIsWhole(history, program);
        AssertNoScratch();
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void One_that_is_told_to_stop_takes_its_scratch_files_away(string program)
    {
        ForeignHistory history = new ForeignHistory(fixture, program).WithThreeDays();

        using RunningProcess import = fixture.Start(history.Import);
        while (Scratch().Length == 0)
        {
            Assert.False(import.HasExited, "it ended before it was stopped");
            Thread.Sleep(1);
        }

        import.Signal("TERM");
        ProcessResult stopped = import.Wait();

        Assert.True(stopped.ExitCode == 143, stopped.ToString());
        AssertNoScratch();
        fixture.Run(history.Import).Expect();
        Assert.Equal(3, fixture.CountSnapshots());
    }

    [SkippableTheory]
    [InlineData("restic", "RESTIC_PASSWORD")]
    [InlineData("borg", "BORG_PASSPHRASE")]
    public void A_wrong_password_is_one_line_and_no_password_is_shown(string program, string variable)
    {
        ForeignHistory history = new ForeignHistory(fixture, program).WithThreeDays();
        fixture.Environment[variable] = "not this one";

        ProcessResult refused = fixture.Run([.. history.Import, "--debug"]).Expect(ExitCodes.Failed);

        string[] lines = refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith($"snapfs: '{program} ", lines[0], StringComparison.Ordinal);
        Assert.Contains(variable, lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("not this one", refused.Output + refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, fixture.CountSnapshots());
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Of_a_damaged_repository_the_snapshots_that_are_whole_are_taken_and_the_others_named(string program)
    {
        ForeignHistory history = new(fixture, program);
        history.Take($"mkdir -p '{history.Source}'; head -c 2000000 /dev/urandom > '{history.Source}/first'");
        fixture.Shell($"find '{history.Path}' -type f | sort > '{fixture["before"]}'").Expect();
        history.Take($"head -c 2000000 /dev/urandom > '{history.Source}/second'");
        history.Take($"rm '{history.Source}/second'");

        // The middle of the largest file that came with the second day.
        fixture.Shell($"""
            cp -r '{history.Path}' '{fixture["whole"]}'
            file=$(find '{history.Path}' -type f -size +1000k | sort | comm -13 '{fixture["before"]}' - | head -1)
            chmod u+w "$file"
            printf 'xxxxxxxxxxxxxxxx' | dd of="$file" bs=1 seek=1000000 conv=notrunc 2> /dev/null
            """).Expect();
        ProcessResult imported = fixture.Run(history.Import).Expect(ExitCodes.Partial);

        Assert.Contains("2 snapshots taken over, 0 already here, 1 failed", imported.Output, StringComparison.Ordinal);
        Assert.Matches($"(?m)^snapfs: {program} .* of 2026-11-02T02:20:00Z was not taken over: '{program} ", imported.Error);
        Assert.DoesNotContain("sys.argv", imported.Error, StringComparison.Ordinal); // of the trace that borg shows
        Assert.Equal(2, fixture.CountSnapshots());
        AssertNoScratch();
        fixture.Shell($"rm -r '{history.Path}'; mv '{fixture["whole"]}' '{history.Path}'").Expect();
        Assert.Contains("1 snapshot taken over, 2 already here", fixture.Run(history.Import).Expect().Output, StringComparison.Ordinal);
        Assert.Equal(3, fixture.CountSnapshots());
    }

    [SkippableFact]
    public void Paths_that_were_given_relative_to_restic_are_recorded_as_they_were()
    {
        ForeignHistory history = new(fixture, "restic");
        fixture.Shell($"""
            mkdir -p '{history.Source}/sub'
            echo a > '{history.Source}/a'
            echo b > '{history.Source}/sub/b'
            cd '{history.Source}'
            restic -q -r '{history.Path}' backup --host h .
            restic -q -r '{history.Path}' backup --host h a sub/b
            cd ..
            restic -q -r '{history.Path}' backup --host h tree
            """).Expect();

        fixture.Run([.. history.Import, "--source", "s"]).Expect();

        string[][] paths = [.. JsonLines.Of(fixture.Run("snapshots", "--json").Expect().Output, "snapshot")
            .Select(line => line.GetProperty("paths").EnumerateArray().Select(path => path.GetString() ?? "").Order().ToArray())];
        Assert.Equal(
            [[history.Source], [$"{history.Source}/a", $"{history.Source}/sub/b"], [history.Source]],
            paths);
        Assert.Equal("b\n", fixture.Run("cat", $"latest:{history.Source}/sub/b").Expect().Output);
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void A_repository_without_snapshots_gives_none(string program)
    {
        ForeignHistory history = new(fixture, program);

        Assert.Contains(
            "0 snapshots taken over, 0 already here", fixture.Run(history.Import).Expect().Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Borgs_own_paths_without_a_directory_above_are_the_top()
    {
        ForeignHistory history = new(fixture, "borg");
        fixture.Shell($"""
            mkdir -p '{history.Source}'
            echo a > '{history.Source}/a'
            cd '{history.Source}'
            borg create '{history.Path}::top' .
            """).Expect();

        fixture.Run([.. history.Import, "--snapshot", "top", "--host", "other"]).Expect();

        Assert.Equal("a\n", fixture.Run("cat", "other:root:/a").Expect().Output);
    }

    [SkippableFact]
    public void What_only_root_can_restore_is_named_to_others()
    {
        Skip.IfNot(Environment.UserName == "root", "only root can be another user");
        ForeignHistory history = new(fixture, "restic");
        history.Take($"mkdir -p '{history.Source}'; echo text > '{history.Source}/file'");
        fixture.Shell($"chmod -R a+rX '{fixture["."]}'; chmod a+rwx '{fixture["."]}'; rm -rf '{fixture["restic-cache"]}'").Expect();

        ProcessResult refused = fixture.ShellAs(
            "4242",
            $"""
            export SNAPFS_REPOSITORY='{fixture["mine"]}' SNAPFS_CACHE_DIR='{fixture["my-cache"]}'
            snapfs init --argon-memory 64M --argon-passes 2 > /dev/null
            snapfs import restic '{history.Path}' --no-lock
            """);

        Assert.True(refused.ExitCode == ExitCodes.Partial, refused.ToString());
        Assert.Contains("1 failed", refused.Output, StringComparison.Ordinal);
        Assert.Contains("is owned by 4242:4242, not ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("; only root can restore what others own", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>Each snapshot has the host, the time, the tags and the tree of its day.</summary>
    private void AssertIsWhole(ForeignHistory history, string program)
    {
        IReadOnlyList<JsonElement> snapshots = JsonLines.Of(fixture.Run("snapshots", "--json").Expect().Output, "snapshot");
        Assert.Equal(history.Names.Count, snapshots.Count);
        for (int day = 1; day <= snapshots.Count; day++)
        {
            JsonElement snapshot = snapshots[day - 1];
            Assert.Equal(history.Host, snapshot.GetProperty("host").GetString());
            Assert.StartsWith(ForeignHistory.TimeOf(day, 'T'), snapshot.GetProperty("started").GetString(), StringComparison.Ordinal);
            Assert.Equal(history.Source, Assert.Single(snapshot.GetProperty("paths").EnumerateArray()).GetString());
            string[] tags = [.. snapshot.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString() ?? "")];
            Assert.Matches($"^{program}:[0-9a-f]{{64}}$", tags[0]);
            Assert.Equal([program == "restic" ? "daily" : history.Names[day - 1], "moved"], tags[1..]);

            string target = fixture[$"restored{day}"];
            fixture.Run("restore", $"{snapshot.GetProperty("id").GetString()}:{history.Source}", "--target", target).Expect();
            TreeManifest expected = TreeManifest.Scan(history.Restore(day));
            Assert.Empty(TreeManifest.Compare(
                expected, TreeManifest.Scan(target), TreeFields.Restorable & ~TreeFields.Holes));
            Assert.InRange(expected.Records.Count, 10, 100);
        }
    }

    /// <summary>What the killed program had started ends by itself, and holds a lock until then.</summary>
    private static void WaitForOrphans() => ProcessRunner.Shell(
        "while pgrep -f '(restic|borg) (version|--version|snapshot[s]|lis[t]|restor[e]|extrac[t]|l[s]) ' > /dev/null; do sleep 0.1; done")
        .Expect();

    private void AssertNoScratch() => Assert.Empty(Scratch());

    private string[] Scratch() => !Directory.Exists(fixture.Cache)
        ? []
        : [.. Directory.GetDirectories(fixture.Cache).SelectMany(cache => Directory.GetDirectories(cache, "snapfs-import-*"))];
}
