using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Crashes;

public sealed class FullDiskTests
{
    [SkippableFact]
    public void A_full_disk_ends_the_backup_with_a_message_and_leaves_a_whole_repository()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        using RepositoryFixture fixture = new();
        Directory.CreateDirectory(fixture.Repository);
        ProcessRunner.Run("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", fixture.Repository]).Expect();
        fixture.Initialise();
        Directory.CreateDirectory(fixture["small"]);
        Directory.CreateDirectory(fixture["large"]);
        ProcessRunner.Shell($"""
            head -c 2000000 /dev/urandom > '{fixture["small/file"]}'
            head -c 100000000 /dev/urandom > '{fixture["large/file"]}'
            """).Expect();
        fixture.Run("backup", fixture["small"]).Expect();

        ProcessResult full = fixture.Run("backup", fixture["large"]);

        Assert.True(full.ExitCode is ExitCodes.Failed or ExitCodes.StorageUnavailable, full.ToString());
        Assert.Contains("space", full.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", full.Error, StringComparison.Ordinal);
        Assert.Equal(1, fixture.CountSnapshots());
        fixture.CheckEverything();

        // With room again the same command finishes the job.
        ProcessRunner.Run("mount", ["-o", "remount,size=300m", fixture.Repository]).Expect();
        fixture.Run("backup", fixture["large"]).Expect();
        fixture.CheckEverything();
        Assert.Equal(2, fixture.CountSnapshots());
    }
}
