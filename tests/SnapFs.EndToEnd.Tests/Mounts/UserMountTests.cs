using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Mounts;

/// <summary>Mounts by ordinary users, and what ordinary users see in root's.</summary>
public sealed class UserMountTests : IDisposable
{
    private const string NobodyId = "65534";
    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [SkippableFact]
    public void An_ordinary_user_backs_up_mounts_reads_and_unmounts()
    {
        SkipUnlessRoot();
        string home = fixture["home"];
        string source = new TestTree { ["docs/letter"] = "Dear reader" }.WriteTo(Path.Combine(home, "mine"));
        Directory.CreateDirectory(Path.Combine(home, "mnt"));
        ProcessRunner.Run("chmod", ["755", Path.GetDirectoryName(home)!]).Expect(); // not null: it lies in a directory
        ProcessRunner.Run("chown", ["-R", $"{NobodyId}:{NobodyId}", home]).Expect();

        // udev lets everybody open /dev/fuse. Where it has not run, a namespace of its own shows such a device.
        File.WriteAllText(Path.Combine(home, "session.sh"), $"""
            set -eu
            PATH='{Path.GetDirectoryName(SnapFsBinary.PathForAll)}':"$PATH"
            export HOME='{home}' XDG_CACHE_HOME='{home}/.cache' SNAPFS_REPOSITORY='{home}/repository'
            unset SNAPFS_CACHE_DIR
            snapfs init --argon-memory 64M --argon-passes 2
            snapfs backup '{source}' --source mine
            snapfs mount '{home}/mnt'
            cat '{home}/mnt/hosts/'"$(hostname)"'/mine/latest{source}/docs/letter'
            snapfs umount '{home}/mnt'
            """);
        File.WriteAllText(fixture["namespace.sh"], $"""
            set -eu
            mknod -m 666 '{fixture["fuse"]}' c 10 229
            mount --bind '{fixture["fuse"]}' /dev/fuse
            setpriv --reuid {NobodyId} --regid {NobodyId} --clear-groups -- sh '{home}/session.sh'
            """);

        ProcessResult result = fixture.Shell($"unshare --mount sh '{fixture["namespace.sh"]}'").Expect();

        Assert.Contains("Dear reader", result.Output, StringComparison.Ordinal);
        Assert.False(MountPoint.IsMountPoint(Path.Combine(home, "mnt")));
    }

    [SkippableFact]
    public void Ancestors_of_the_backed_up_directory_are_enforced()
    {
        SkipUnlessRoot();
        string source = new TestTree { ["inner/file"] = "below a closed directory" }.WriteTo(fixture["above"]);
        Open(source);
        fixture.Initialise();
        ProcessRunner.Run("chmod", ["700", source]).Expect();
        fixture.Run("backup", source + "/inner", "--source", "t").Expect();
        using MountPoint mount = fixture.Mount("--allow-other");

        Assert.NotEqual(0, As(NobodyId, $"cat '{mount.Latest("t", source)}/inner/file'").ExitCode);
    }

    [SkippableFact]
    public void Other_users_see_only_snapshots_of_this_host_unless_told_otherwise()
    {
        SkipUnlessRoot();
        string source = MakeOpenTree();
        fixture.Run("backup", source, "--source", "t", "--host", "elsewhere").Expect();
        string file(MountPoint mount) => Path.Combine(
            mount.Path, "hosts/elsewhere/t/latest" + source, "open/file");

        using (MountPoint mount = fixture.Mount("--allow-other"))
        {
            Assert.NotEqual(0, As(NobodyId, $"cat '{file(mount)}'").ExitCode);
            Assert.DoesNotContain(
                "elsewhere", As(NobodyId, $"ls '{mount.Path}/hosts'").Expect().Output, StringComparison.Ordinal);
            Assert.Equal("open", File.ReadAllText(file(mount)));
        }

        using (MountPoint mount = fixture.Mount("--allow-other", "--users-of", "elsewhere"))
        {
            As(NobodyId, $"cat '{file(mount)}'").Expect();
            Assert.NotEqual(0, As(NobodyId, $"cat '{mount.Latest("t", source)}/open/file'").ExitCode);
        }
    }

    private static void SkipUnlessRoot() =>
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");

    private string MakeOpenTree()
    {
        fixture.Initialise();
        string source = new TestTree { ["open/file"] = "open" }.WriteTo(fixture["t"]);
        Open(source);
        fixture.Run("backup", source, "--source", "t").Expect();
        return source;
    }

    /// <summary>Lets other users reach a directory below the fixture's own, which is closed.</summary>
    private static void Open(string path) =>
        ProcessRunner.Run("chmod", ["755", Path.GetDirectoryName(path)!, path]).Expect(); // not null: below a directory

    private ProcessResult As(string user, string script) => fixture.ShellAs(user, script);
}
