using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Native;

/// <summary><c>mount.snapfs</c>: what mount(8) says, in the words of <c>snapfs mount</c>.</summary>
public sealed class MountProgramTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly string script = Path.Combine(SnapFsBinary.SourceRoot, "native/mount/mount.snapfs");

    public MountProgramTests()
    {
        // Stands for snapfs: writes down how it was called, an argument a line, and ends as the test asks.
        ProgramFile.Write(directory["snapfs"], """
            #!/bin/sh
            printf '%s\n' "$@" > "$CALLED"
            exit "${ENDS_WITH:-0}"

            """);
    }

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData("-o ro,_netdev", "")]
    [InlineData("-o ro,nosuid,nodev,noatime,noauto,nofail,user,exec,x-systemd.automount,x-systemd.idle-timeout=60", "")]
    [InlineData("-o allow_other", "--allow-other")]
    [InlineData("-o allow_other,afs-acls", "--allow-other --afs-acls")]
    [InlineData("-o ro,allow_other,password-file=/etc/snapfs/password,_netdev",
        "--allow-other --password-file /etc/snapfs/password")]
    [InlineData("-o key-file=/k,cache-dir=/c,log-file=/l,users-of=web,cache-size=64M",
        "--key-file /k --cache-dir /c --log-file /l --users-of web --cache-size 64M")]
    [InlineData("-o password-file=/a=b", "--password-file /a=b")]
    [InlineData(@"-o key-file=/a\,b\,,ro", "--key-file /a,b,")]
    [InlineData(@"-o key-file=/a\b,ro", @"--key-file /a\b")]
    [InlineData("-o key-file=\"/a,b\",cache-dir=\"/c\",ro", "--key-file /a,b --cache-dir /c")]
    [InlineData("-o key-file=\"/a,,rw,b=c\"", "--key-file /a,,rw,b=c")]
    [InlineData("-o rw,noatime,nosuid,nodev,users,X-mount.mkdir,exec", "")]
    [InlineData("-o rw,noexec,nosuid,nodev,user=ann", "--noexec")]
    [InlineData("-n -o ro -v", "")]
    [InlineData("-s -o no-such-option,ro", "")]
    [InlineData("-sn -o no-such-option", "")]
    public void Options_are_translated(string given, string expected)
    {
        ProcessResult result = Run(["/srv/backup", "/mnt/snapfs", .. Words(given)]);

        result.Expect();
        Assert.Equal(["mount", "/mnt/snapfs", "--repo", "/srv/backup", .. Words(expected)], Called());
    }

    /// <summary>mount(8) says rw by itself wherever a line does not say ro.</summary>
    [Fact]
    public void Nothing_is_said_of_rw() =>
        Assert.Equal("", Run(["/srv/backup", "/mnt", "-o", "rw,password-file=/p"]).Expect().Error);

    [Fact]
    public void Spaces_in_names_survive()
    {
        Run(["/srv/my backup", "/mnt/my mount", "-o", @"password-file=/etc/my\040password"]).Expect();

        Assert.Equal(
            ["mount", "/mnt/my mount", "--repo", "/srv/my backup", "--password-file", "/etc/my password"], Called());
    }

    [Fact]
    public void A_password_command_in_a_name_is_not_run()
    {
        Run(["/srv/$(touch ran)", "/mnt/`touch ran`", "-o", "password-file=$(touch ran);touch ran"]).Expect();

        Assert.False(File.Exists(directory["ran"]));
        Assert.Contains("--password-file", Called());
        Assert.Contains("$(touch ran);touch ran", Called());
    }

    [Theory]
    [InlineData("/srv/backup /mnt -o frobnicate", "frobnicate")]
    [InlineData("/srv/backup /mnt -o password-file", "password-file")]
    [InlineData("/srv/backup /mnt -o password-file=", "password-file")]
    [InlineData("/srv/backup /mnt -o suid", "suid")]
    [InlineData("/srv/backup /mnt -x", "-x")]
    [InlineData("/srv/backup /mnt extra", "extra")]
    [InlineData("/srv/backup", "directory")]
    [InlineData("", "repository")]
    public void What_cannot_be_meant_is_refused_by_name(string given, string named)
    {
        ProcessResult result = Run(Words(given));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(directory["called"]), "snapfs was called all the same");
    }

    [Fact]
    public void Fake_mounts_do_nothing()
    {
        Run(["/srv/backup", "/mnt", "-f", "-o", "ro"]).Expect();

        Assert.False(File.Exists(directory["called"]));
    }

    [Fact]
    public void A_mount_that_fails_ends_with_the_code_that_mount_documents()
    {
        ProcessResult result = Run(["/srv/backup", "/mnt"], endsWith: "12");

        Assert.Equal(32, result.ExitCode);
        Assert.Contains("12", result.Error, StringComparison.Ordinal);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private string[] Called() => File.ReadAllLines(directory["called"]);

    private ProcessResult Run(string[] arguments, string endsWith = "0") => ProcessRunner.Run(
        script,
        arguments,
        new ProcessOptions
        {
            WorkingDirectory = directory.Path,
            Environment = new Dictionary<string, string?>
            {
                ["SNAPFS_PROGRAM"] = directory["snapfs"],
                ["CALLED"] = directory["called"],
                ["ENDS_WITH"] = endsWith,
            },
        });
}
