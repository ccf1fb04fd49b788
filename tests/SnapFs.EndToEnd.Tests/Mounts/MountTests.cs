using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Mounts;

public sealed class MountTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_new_snapshot_appears_in_a_running_mount()
    {
        string source = new TestTree { ["file"] = "first" }.WriteTo(fixture["t"]);
        fixture.Run("backup", source, "--source", "t").Expect();
        using MountPoint mount = fixture.Mount();
        Assert.Equal("first", File.ReadAllText(Path.Combine(mount.Latest("t", source), "file")));
        Assert.Single(mount.Snapshots("t"));

        File.WriteAllText(Path.Combine(source, "file"), "second");
        fixture.Run("backup", source, "--source", "t").Expect();

        Until(() => mount.Snapshots("t").Count == 2);
        Until(() => File.ReadAllText(Path.Combine(mount.Latest("t", source), "file")) == "second");
        string oldest = Path.Combine(
            mount.Path, "hosts", Environment.MachineName, "t", mount.Snapshots("t")[0], source.TrimStart('/'), "file");
        Assert.Equal("first", File.ReadAllText(oldest));
    }

    [Fact]
    public void SIGHUP_opens_the_log_anew_and_unmounts_nothing()
    {
        string source = new TestTree { ["file"] = "first" }.WriteTo(fixture["t"]);
        fixture.Run("backup", source, "--source", "t").Expect();
        using MountPoint mount = fixture.Mount("--log-file", fixture["log"]);
        string process = ProcessRunner.Run("pgrep", ["-f", $"mount {mount.Path} --serve"]).Expect().Output.Trim();
        File.Move(fixture["log"], fixture["log.1"]);

        ProcessRunner.Run("kill", ["-HUP", process]).Expect();
        Until(() => File.Exists(fixture["log"]));
        fixture.Run("backup", source, "--source", "t").Expect();
        Until(() => mount.Snapshots("t").Count == 2);

        Assert.Contains("2 snapshots are shown", File.ReadAllText(fixture["log"]), StringComparison.Ordinal);
        Assert.DoesNotContain("unmounted", File.ReadAllText(fixture["log.1"]), StringComparison.Ordinal);
    }

    /// <summary>Ctrl-C reaches the process behind the mount too, which is in the terminal's foreground until it is ready.</summary>
    [Fact]
    public void A_mount_that_is_interrupted_before_it_is_there_says_so_once_and_leaves_no_process()
    {
        string mountPoint = fixture.NewMountPoint();
        fixture.Environment["SNAPFS_PASSWORD"] = null;
        fixture.Environment["SNAPFS_PASSWORD_COMMAND"] = $"trap '' INT; touch '{fixture["asked"]}'; sleep 5 2> /dev/null";

        ProcessResult result = fixture.Shell($"""
            env --default-signal=INT setsid '{SnapFsBinary.Path}' mount '{mountPoint}' &
            until [ -e '{fixture["asked"]}' ]; do sleep 0.1; done
            env kill -INT -- -$!
            wait $! && exit 0 || exit $?
            """);

        Assert.NotEqual(0, result.ExitCode);
        Assert.InRange(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 0, 1);
        Until(() => MountPoint.ProcessesBehind(mountPoint).Count == 0);
    }

    [Fact]
    public void Programs_are_not_executed_where_nobody_wants_that()
    {
        string source = new TestTree { ["run"] = "#!/bin/sh\necho ran\n" }.WriteTo(fixture["t"]);
        File.SetUnixFileMode(Path.Combine(source, "run"), (UnixFileMode)0x1ED); // 0755
        fixture.Run("backup", source, "--source", "t").Expect();
        using MountPoint mount = fixture.Mount("--noexec");

        Assert.Contains(
            "Permission denied", fixture.Shell($"'{mount.Latest("t", source)}/run'").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_beyond_the_memory_is_a_wrong_call()
    {
        ProcessResult result = fixture.Run("mount", fixture.NewMountPoint(), "--cache-size", "100T");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("more than the memory of this machine", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_mounts_and_a_backup_at_once_do_not_disturb_each_other()
    {
        TortureTree tree = TortureTree.Create(fixture["t"], TortureOptions.ShortRun.WithinPathMax);
        TreeManifest original = TreeManifest.Scan(tree.Path);
        fixture.Run("backup", tree.Path, "--source", "t").Expect();
        using MountPoint one = fixture.Mount();
        using MountPoint two = fixture.Mount();
        Directory.CreateDirectory(fixture["other"]);
        ProcessRunner.Shell($"head -c 100000000 /dev/urandom > '{fixture["other/file"]}'").Expect();

        using (RunningProcess backup = fixture.Start("backup", fixture["other"], "--source", "other"))
        {
            Task<TreeManifest> first = Task.Run(() => TreeManifest.Scan(one.Latest("t", tree.Path)));
            Task<TreeManifest> second = Task.Run(() => TreeManifest.Scan(two.Latest("t", tree.Path)));
            Assert.Empty(TreeManifest.Compare(original, await first));
            Assert.Empty(TreeManifest.Compare(original, await second));
            backup.Wait().Expect();
        }

        foreach (MountPoint mount in (MountPoint[])[one, two])
        {
            string file = Path.Combine(mount.Path, "hosts", Environment.MachineName, "other");
            Until(() => Directory.Exists(file));
            ProcessRunner.Run("cmp", [fixture["other/file"], mount.Latest("other", fixture["other/file"])]).Expect();
        }
    }

    [Fact]
    public void A_mount_whose_process_was_killed_is_mounted_again_or_cleared()
    {
        using MountPoint mount = fixture.Mount();
        for (int i = 0; i < 2; i++)
        {
            Assert.NotEmpty(Directory.GetFileSystemEntries(mount.Path)); // what kernels cached hides that nobody answers
            foreach (int process in MountPoint.ProcessesBehind(mount.Path))
            {
                ProcessRunner.Run("kill", ["-KILL", $"{process}"]).Expect();
            }

            Until(() => MountPoint.ProcessesBehind(mount.Path).Count == 0);
            if (i == 0)
            {
                fixture.Run("mount", mount.Path).Expect();
            }
        }

        fixture.Run("umount", mount.Path).Expect();
        Assert.False(MountPoint.IsMountPoint(mount.Path));
    }

    [Fact]
    public void A_damaged_pack_gives_an_error_on_its_files_and_the_log_names_them()
    {
        string victim = Path.Combine(fixture["t"], "victim");
        string other = Path.Combine(fixture["t"], "other");
        Directory.CreateDirectory(fixture["t"]);
        ProcessRunner.Shell($"head -c 3000000 /dev/urandom > '{victim}'").Expect();
        fixture.Run("backup", fixture["t"], "--source", "t").Expect();
        string pack = fixture.Packs().MaxBy(pair => pair.Value).Key;
        ProcessRunner.Shell($"head -c 2000000 /dev/urandom > '{other}'").Expect();
        fixture.Run("backup", fixture["t"], "--source", "t").Expect();
        byte[] bytes = File.ReadAllBytes(pack);
        bytes.AsSpan(1000, bytes.Length - 200_000).Fill(0xaa);
        File.WriteAllBytes(pack, bytes);
        string log = fixture["mount.log"];

        using MountPoint mount = fixture.Mount("--log-file", log);
        string shown = mount.Latest("t", fixture["t"]);

        ProcessResult read = ProcessRunner.Run("cat", [Path.Combine(shown, "victim")]);
        Assert.NotEqual(0, read.ExitCode);
        Assert.Contains("Input/output error", read.Error, StringComparison.Ordinal);
        ProcessRunner.Run("cmp", [other, Path.Combine(shown, "other")]).Expect();
        Assert.Equal(3_000_000, new FileInfo(Path.Combine(shown, "victim")).Length);
        Until(() => File.Exists(log) && File.ReadAllText(log).Contains("victim", StringComparison.Ordinal));
        Assert.Contains(Path.GetFileName(pack)[..8], File.ReadAllText(log), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_pack_gives_an_error_and_the_mount_lives_on()
    {
        Directory.CreateDirectory(fixture["t"]);
        ProcessRunner.Shell($"head -c 3000000 /dev/urandom > '{fixture["t/victim"]}'").Expect();
        fixture.Run("backup", fixture["t"], "--source", "t").Expect();
        using MountPoint mount = fixture.Mount();
        File.Delete(fixture.Packs().MaxBy(pair => pair.Value).Key);

        ProcessResult read = ProcessRunner.Run("cat", [mount.Latest("t", fixture["t/victim"])]);

        Assert.Contains("Input/output error", read.Error, StringComparison.Ordinal);
        Assert.True(Directory.Exists(mount.Latest("t", fixture["t"])));
    }

    [Fact]
    public void What_a_killed_mount_leaves_is_cleared_by_umount()
    {
        string source = new TestTree { ["file"] = "text" }.WriteTo(fixture["t"]);
        fixture.Run("backup", source).Expect();
        MountPoint mount = fixture.Mount();
        IReadOnlyList<int> processes = MountPoint.ProcessesBehind(mount.Path);
        Assert.NotEmpty(processes);

        foreach (int id in processes)
        {
            ProcessRunner.Run("kill", ["-KILL", id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Expect();
        }

        Assert.True(MountPoint.IsMountPoint(mount.Path));
        mount.Unmount();
        fixture.Mount().Unmount();
    }

    [Fact]
    public void A_lock_that_the_caller_holds_open_ends_with_the_caller()
    {
        new TestTree { ["file"] = "content" }.WriteTo(fixture["t"]);
        fixture.Run("backup", fixture["t"]).Expect();
        string path = fixture.NewMountPoint();

        fixture.Shell($"exec 9> '{fixture["lock"]}'; flock 9; snapfs mount '{path}'").Expect();

        ProcessRunner.Run("flock", ["--nonblock", fixture["lock"], "true"]).Expect();
        fixture.Run("umount", path).Expect();
    }

    [Fact]
    public void SIGTERM_unmounts()
    {
        string path = fixture.NewMountPoint();
        using RunningProcess mount = fixture.Start("mount", path, "-f");
        Until(() => MountPoint.IsMountPoint(path));

        mount.Signal("TERM");

        mount.Wait();
        Assert.False(MountPoint.IsMountPoint(path));
    }

    [Fact]
    public void Nothing_can_be_written_and_the_kernel_knows_ro_nosuid_nodev()
    {
        string source = new TestTree { ["file"] = "text" }.WriteTo(fixture["t"]);
        fixture.Run("backup", source, "--source", "t").Expect();
        using MountPoint mount = fixture.Mount();

        string options = File.ReadLines("/proc/self/mounts").Single(line => line.Split(' ')[1] == mount.Path).Split(' ')[3];

        Assert.Superset(new HashSet<string> { "ro", "nosuid", "nodev" }, options.Split(',').ToHashSet());
        string inside = mount.Latest("t", source);
        foreach (string script in (string[])
            [$"echo x > '{inside}/file'", $"rm -f '{inside}/file'", $"mkdir '{inside}/new'", $"chmod 777 '{inside}/file'"])
        {
            Assert.NotEqual(0, ProcessRunner.Shell(script).ExitCode);
        }
    }

    private static void Until(Func<bool> condition)
    {
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(
                System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "waited 30 s in vain");
            Thread.Sleep(50);
        }
    }
}
