using System.Text.Json;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Crashes;

/// <summary>The repository is on a drive of its own, which is taken away, given back, made read-only, or hangs.</summary>
[Collection(AloneCollection.Name)]
public sealed class DriveTests : IDisposable
{
    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [SkippableFact]
    public void A_mount_keeps_what_it_knew_while_the_drive_is_away_and_goes_on_when_it_is_back()
    {
        PlugIn(isNew: true);
        fixture.Initialise();
        string source = new TestTree { ["file"] = "text" }.WriteTo(fixture["t"]);
        fixture.Run("backup", source, "--source", "t").Expect();
        using MountPoint mount = fixture.Mount("--log-file", fixture["log"]);
        Assert.Single(mount.Snapshots("t"));

        ProcessRunner.Run("umount", ["-l", fixture.Repository]).Expect();
        Until(() =>
        {
            Assert.Single(mount.Snapshots("t")); // whoever looks has the mount look for new snapshots
            return File.ReadAllText(fixture["log"]).Contains("cannot look for new snapshots", StringComparison.Ordinal);
        });

        Assert.Single(mount.Snapshots("t"));
        AssertOneLine(fixture.Run("snapshots"), ExitCodes.NoRepository, fixture.Repository);
        AssertOneLine(fixture.Run("check"), ExitCodes.NoRepository, fixture.Repository);
        AssertOneLine(fixture.Run("backup", source), ExitCodes.NoRepository, fixture.Repository);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Repository));

        PlugIn(isNew: false);
        File.WriteAllText(Path.Combine(source, "file"), "newer");
        fixture.Run("backup", source, "--source", "t").Expect();
        Until(() => mount.Snapshots("t").Count == 2);
        Assert.Equal("newer", File.ReadAllText(Path.Combine(mount.Latest("t", source), "file")));
    }

    [SkippableFact]
    public void A_backup_whose_drive_goes_away_ends_with_one_line_and_writes_nothing_below_the_mount_point()
    {
        PlugIn(isNew: true);
        fixture.Initialise();
        string go = fixture["go"];
        using (RunningProcess backup = fixture.Start(
            "backup", "--json", "--source", "stream", "--stdin-name", "/data", "--command", "--", "sh", "-c",
            $"head -c 40000000 /dev/urandom; while [ ! -e '{go}' ]; do sleep 0.1; done; head -c 60000000 /dev/urandom"))
        {
            Until(() => fixture.Packs().Count > 0 || backup.HasExited);
            ProcessRunner.Run("umount", ["-l", fixture.Repository]).Expect();
            File.WriteAllText(go, "");

            AssertOneError(backup.Wait(), ExitCodes.StorageUnavailable, "storageUnavailable");
        }

        AssertOneError(fixture.Run("snapshots", "--json"), ExitCodes.NoRepository, "noRepository");

        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Repository));
        PlugIn(isNew: false);
        fixture.CheckEverything();
        Assert.Equal(0, fixture.CountSnapshots());
    }

    [SkippableFact]
    public void A_read_only_drive_is_read_by_every_command_and_refuses_a_backup_in_one_line()
    {
        PlugIn(isNew: true);
        fixture.Initialise();
        string source = new TestTree { ["file"] = "text" }.WriteTo(fixture["t"]);
        fixture.Run("backup", source, "--source", "t").Expect();
        ProcessRunner.Run("mount", ["-o", "remount,ro", fixture.Repository]).Expect();

        Assert.Equal(1, fixture.CountSnapshots());
        fixture.CheckEverything();
        fixture.Run("restore", $"latest:{source}", "--target", fixture["restored"]).Expect();
        Assert.Equal("text", File.ReadAllText(Path.Combine(fixture["restored"], "file")));
        AssertOneLine(fixture.Run("backup", source, "--source", "t"), ExitCodes.StorageUnavailable, "Read-only file system");

        ProcessRunner.Run("mount", ["-o", "remount,rw", fixture.Repository]).Expect();
        fixture.Run("backup", source, "--source", "t").Expect();
        fixture.CheckEverything();
    }

    [SkippableFact]
    public void A_command_on_a_drive_that_hangs_is_stopped_by_Ctrl_C()
    {
        fixture.Initialise();
        using HangingDrive drive = new(fixture);
        fixture.Run("--repo", drive.Repository, "snapshots").Expect();

        drive.Hang();
        using (RunningProcess waiting = fixture.Start("--repo", drive.Repository, "snapshots"))
        {
            Thread.Sleep(TimeSpan.FromSeconds(5));
            Assert.False(waiting.HasExited);

            waiting.Signal("INT");

            Assert.Equal(130, waiting.Wait().ExitCode);
        }

        drive.Answer();
        fixture.Run("--repo", drive.Repository, "snapshots").Expect();
    }

    [SkippableFact]
    public void A_restore_whose_drive_hangs_in_the_middle_is_stopped_by_Ctrl_C()
    {
        Directory.CreateDirectory(fixture["t"]);
        for (int i = 0; i < 40; i++)
        {
            byte[] data = new byte[8 << 20];
            new Random(i).NextBytes(data);
            File.WriteAllBytes(fixture[$"t/{i:00}"], data);
        }

        fixture.Initialise();
        fixture.Run("backup", fixture["t"], "--source", "t").Expect();
        using HangingDrive drive = new(fixture);
        using RunningProcess restore = fixture.Start(
            "--repo", drive.Repository, "restore", $"latest:{fixture["t"]}", "--target", fixture["out"]);
        Until(() => File.Exists(fixture["out/00"]));
        drive.Hang();
        Thread.Sleep(TimeSpan.FromSeconds(2));
        Assert.False(restore.HasExited);

        restore.Signal("INT");

        ProcessResult stopped = restore.Wait();
        Assert.Equal(130, stopped.ExitCode);
        Assert.StartsWith("snapfs: left after 3 s", stopped.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_mount_whose_drive_hangs_answers_what_it_knows_lets_go_of_who_is_interrupted_and_is_unmounted()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && File.Exists("/dev/fuse"), "needs root and /dev/fuse");
        const int readers = 12; // more than threads wait for the storage on a small machine
        string source = new TestTree { ["known/file"] = new string('k', 100_000) }.WriteTo(fixture["t"]);
        for (int i = 0; i < readers; i++)
        {
            byte[] data = new byte[4 << 20];
            new Random(i).NextBytes(data);
            File.WriteAllBytes(Path.Combine(source, $"unread{i}"), data);
        }

        fixture.Initialise();
        fixture.Run("backup", source, "--source", "t").Expect();
        using HangingDrive drive = new(fixture);
        fixture.Environment["SNAPFS_REPOSITORY"] = drive.Repository;
        using MountPoint mount = fixture.Mount();
        string at = mount.Latest("t", source);
        ProcessRunner.Shell($"ls -lR '{at}'; cat '{at}/known/file' > '{fixture["out"]}'; cat '{mount.Path}/.snapfs/status'").Expect();

        drive.Hang();
        string read = $"timeout -s INT 5 cat '{at}/unread'$i > '{fixture["out"]}'$i; echo $?";
        using (RunningProcess waiting = RunningProcess.Start(
            "sh", ["-c", $"for i in $(seq 0 {readers - 1}); do ({read}) & done; wait"], new ProcessOptions()))
        {
            Thread.Sleep(TimeSpan.FromSeconds(2));
            Quickly($"ls '{mount.Path}'/hosts/*/t");
            Quickly($"cat '{mount.Path}/.snapfs/status'");
            Quickly($"ls -l '{at}/known'");
            Quickly($"dd if='{at}/known/file' of='{fixture["out"]}' bs=64k iflag=direct"); // not what the kernel has of it
            Quickly($"stat -f '{mount.Path}'");
            Assert.False(waiting.HasExited);

            Assert.Equal(
                Enumerable.Repeat("124", readers), waiting.Wait().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        Quickly($"ls '{mount.Path}'/hosts/*/t");
        mount.Unmount();
        Until(() => MountPoint.ProcessesBehind(mount.Path).Count == 0);

        drive.Answer();
        using MountPoint again = fixture.Mount();
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(source, "unread0")), File.ReadAllBytes(Path.Combine(again.Latest("t", source), "unread0")));
    }

    private static void Quickly(string command)
    {
        ProcessResult result = ProcessRunner.Run("timeout", ["10", "sh", "-c", command]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    private static void AssertOneLine(ProcessResult result, int exitCode, string expected)
    {
        Assert.True(result.ExitCode == exitCode, result.ToString());
        string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("snapfs: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    private void AssertOneError(ProcessResult result, int exitCode, string kind)
    {
        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        JsonElement error = Assert.Single(JsonLines.Of(result.Error, "error"));
        Assert.Equal($"kind={kind} exitCode={exitCode}", JsonLines.Facts(error));
        Assert.Contains(fixture.Repository, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static void Until(Func<bool> condition)
    {
        for (int i = 0; i < 600 && !condition(); i++)
        {
            Thread.Sleep(100);
        }

        Assert.True(condition(), "it did not come to be within a minute");
    }

    /// <summary>Mounts the drive where the repository is: a file system in a file.</summary>
    private void PlugIn(bool isNew)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a drive needs root");
        Skip.IfNot(ProcessRunner.Exists("mkfs.ext4") && File.Exists("/dev/loop-control"), "needs ext4 and loop devices");
        string image = fixture["drive"];
        if (isNew)
        {
            Directory.CreateDirectory(fixture.Repository);
            ProcessRunner.Shell($"truncate -s 300M '{image}' && mkfs.ext4 -q '{image}'").Expect();
        }

        ProcessRunner.Run("mount", ["-o", "loop", image, fixture.Repository]).Expect();
    }
}
