using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Mounts;

public sealed class FstabTests
{
    [Theory]
    [InlineData("ro,noexec", true)]
    [InlineData("noauto,user", true)]
    [InlineData("users,nofail", true)]
    [InlineData("user,exec", false)]
    [InlineData("exec,noexec", true)]
    [InlineData("defaults,_netdev", false)]
    public void Options_that_keep_programs_from_being_executed_are_passed_on(string options, bool isNoExec)
    {
        string helper = Path.Combine(SnapFsBinary.SourceRoot, "native/mount/mount.snapfs");
        ProcessResult result = ProcessRunner.Run("sh", [helper, "/srv/backup", "/mnt/snapfs", "-fv", "-o", options]).Expect();

        Assert.Equal(isNoExec, result.Error.Contains("--noexec", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void The_line_of_the_manual_mounts_at_boot()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mount(8) of other file systems needs root");
        using RepositoryFixture fixture = new RepositoryFixture().Initialise();
        string source = new TestTree { ["file"] = "mounted by fstab" }.WriteTo(fixture["t"]);
        fixture.Run("backup", source, "--source", "t").Expect();
        string mountPoint = fixture.NewMountPoint();
        File.WriteAllText(fixture["password"], RepositoryFixture.Password + "\n");
        File.SetUnixFileMode(fixture["password"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(
            fixture["fstab"],
            $"{fixture.Repository} {mountPoint} snapfs "
            + $"ro,allow_other,password-file={fixture["password"]},cache-dir={fixture.Cache},_netdev 0 0\n");
        string helper = Path.Combine(SnapFsBinary.SourceRoot, "native/mount/mount.snapfs");

        // mount(8) looks for its helpers in /sbin only. In a mount namespace of its own, /sbin holds nothing but ours.
        // The environment is that of boot: no password, no repository, next to no PATH.
        File.WriteAllText(fixture["boot.sh"], $"""
            set -eu
            mkdir '{fixture["sbin"]}'
            cp '{helper}' '{fixture["sbin"]}'
            mount --bind '{fixture["sbin"]}' /usr/sbin
            unset SNAPFS_PASSWORD SNAPFS_REPOSITORY SNAPFS_CACHE_DIR
            SNAPFS_PROGRAM='{SnapFsBinary.Path}' mount --fstab '{fixture["fstab"]}' '{mountPoint}'
            cat '{mountPoint}'/hosts/*/t/latest'{source}'/file
            grep ' {mountPoint} ' /proc/self/mounts
            umount '{mountPoint}'

            """);

        string output = fixture.Shell($"unshare --mount sh '{fixture["boot.sh"]}'").Expect().Output;

        Assert.Contains("mounted by fstab", output, StringComparison.Ordinal);
        Assert.Contains("allow_other", output, StringComparison.Ordinal);
    }
}
