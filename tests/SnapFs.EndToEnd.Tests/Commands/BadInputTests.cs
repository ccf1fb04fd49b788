using System.Security.Cryptography;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Commands;

/// <summary>Whatever is wrong: one clear line, the documented exit code, and nothing half done.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly RepositoryFixture fixture = new();
    private readonly string source;

    public BadInputTests()
    {
        source = new TestTree { ["a/b"] = "text", ["c"] = "more text" }.WriteTo(fixture["source"]);
    }

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("snapshots")]
    [InlineData("check")]
    [InlineData("backup", "/etc")]
    [InlineData("restore", "latest", "--target", "/nonexistent/target")]
    public void Without_a_repository_every_command_ends_with_10(params string[] arguments)
    {
        AssertOneLine(fixture.Run(arguments), ExitCodes.NoRepository);
        Assert.False(Directory.Exists(fixture.Repository));
    }

    [Fact]
    public void A_mount_without_a_repository_ends_with_10() =>
        AssertOneLine(fixture.Run("mount", fixture.NewMountPoint()), ExitCodes.NoRepository);

    [Theory]
    [InlineData("snapshots")]
    [InlineData("check")]
    [InlineData("backup", "/etc/hostname")]
    public void A_wrong_passphrase_ends_with_12(params string[] arguments)
    {
        fixture.Initialise();
        fixture.Environment["SNAPFS_PASSWORD"] = "wrong";

        AssertOneLine(fixture.Run(arguments), ExitCodes.WrongKey);
    }

    [Fact]
    public void A_mount_with_a_wrong_passphrase_ends_with_12_and_mounts_nothing()
    {
        fixture.Initialise();
        fixture.Environment["SNAPFS_PASSWORD"] = "wrong";
        string path = fixture.NewMountPoint();

        AssertOneLine(fixture.Run("mount", path), ExitCodes.WrongKey);

        Assert.False(MountPoint.IsMountPoint(path));
    }

    [Fact]
    public void A_second_init_is_refused_and_leaves_the_repository_as_it_is()
    {
        fixture.Initialise();
        fixture.Run("backup", source).Expect();

        AssertOneLine(fixture.Run("init"), ExitCodes.Failed);

        fixture.CheckEverything();
        Assert.Equal(1, fixture.CountSnapshots());
    }

    [Fact]
    public void A_source_that_does_not_exist_writes_nothing()
    {
        fixture.Initialise();
        int packs = fixture.Packs().Count;

        AssertFails(fixture.Run("backup", fixture["missing"]));

        Assert.Equal(0, fixture.CountSnapshots());
        Assert.Equal(packs, fixture.Packs().Count);
    }

    [SkippableFact]
    public void A_file_that_cannot_be_read_makes_the_snapshot_partial_with_exit_code_3()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "root reads everything, and only root becomes another user");
        fixture.Initialise();
        File.WriteAllText(Path.Combine(source, "secret"), "root's own");
        ProcessRunner.Shell($"""
            chmod 755 '{Path.GetDirectoryName(source)}'
            chmod 600 '{source}/secret'
            mkdir -p '{fixture.Cache}'
            chown -R nobody '{fixture.Repository}' '{fixture.Cache}'
            """).Expect();

        ProcessResult result = fixture.ShellAs("65534", $"snapfs backup '{source}'");

        Assert.True(result.ExitCode == ExitCodes.Partial, result.ToString());
        Assert.Contains($"{source}/secret", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, fixture.CountSnapshots());
        fixture.CheckEverything();
    }

    [Fact]
    public void A_repository_of_a_newer_version_is_refused_and_said_to_be_newer()
    {
        fixture.Initialise();
        string config = ConfigOf(fixture);
        byte[] bytes = File.ReadAllBytes(config);
        bytes[5] = 2; // the version of the kind, docs/format.md section 2.3
        File.Delete(config);
        File.WriteAllBytes(
            Path.Combine(fixture.Repository, $"config-{Convert.ToHexStringLower(SHA256.HashData(bytes))}"), bytes);

        foreach (string[] arguments in (string[][])[["snapshots"], ["backup", source], ["check"]])
        {
            ProcessResult result = fixture.Run(arguments);
            AssertOneLine(result, ExitCodes.Failed);
            Assert.Contains("newer", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_mount_point_that_is_not_empty_is_refused()
    {
        fixture.Initialise();
        string path = fixture.NewMountPoint();
        File.WriteAllText(Path.Combine(path, "file"), "in the way");

        AssertFails(fixture.Run("mount", path));

        Assert.False(MountPoint.IsMountPoint(path));
    }

    [Fact]
    public void A_mount_point_in_use_is_refused_and_the_first_mount_stays()
    {
        fixture.Initialise();
        fixture.Run("backup", source).Expect();
        using MountPoint mount = fixture.Mount();

        AssertFails(fixture.Run("mount", mount.Path));

        Assert.True(Directory.Exists(Path.Combine(mount.Path, "hosts")));
    }

    [Fact]
    public void A_mount_point_that_does_not_exist_is_refused()
    {
        fixture.Initialise();

        AssertFails(fixture.Run("mount", fixture["no such directory"]));
    }

    [Fact]
    public void Umount_of_what_is_not_mounted_says_so() =>
        AssertFails(fixture.Run("umount", fixture.NewMountPoint()));

    [Fact]
    public void A_busy_mount_is_not_unmounted_by_force()
    {
        fixture.Initialise();
        fixture.Run("backup", source, "--source", "s").Expect();
        using MountPoint mount = fixture.Mount();
        using (FileStream open = File.OpenRead(Path.Combine(mount.Latest("s", source), "c")))
        {
            AssertFails(fixture.Run("umount", mount.Path));
            Assert.NotEqual(-1, open.ReadByte());
        }

        mount.Unmount();
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("backup")]
    [InlineData("snapshots", "--no-such-option")]
    [InlineData("restore", "latest")]
    public void Wrong_usage_ends_with_2(params string[] arguments) =>
        Assert.Equal(ExitCodes.Usage, fixture.Run(arguments).ExitCode);

    [Fact]
    public void A_snapshot_that_does_not_exist_is_named()
    {
        fixture.Initialise();
        fixture.Run("backup", source).Expect();

        ProcessResult result = fixture.Run("restore", "0123456789abcdef", "--target", fixture["out"]);

        AssertOneLine(result, ExitCodes.Failed);
        Assert.Contains("0123456789abcdef", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_secret_and_without_a_terminal_nothing_waits_for_input()
    {
        fixture.Initialise();
        fixture.Environment["SNAPFS_PASSWORD"] = null;

        AssertFails(fixture.Run("snapshots"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(50)]
    public void A_truncated_config_is_damage(int length)
    {
        fixture.Initialise();
        string config = ConfigOf(fixture);
        File.WriteAllBytes(config, File.ReadAllBytes(config)[..length]);

        AssertOneLine(fixture.Run("snapshots"), ExitCodes.Damaged);
    }

    [Theory]
    [InlineData("packs")]
    [InlineData("index")]
    [InlineData("snapshots")]
    public void A_truncated_object_is_damage_that_check_names(string kind)
    {
        string victim = BackupAndPickLargest(kind);
        using (FileStream file = File.OpenWrite(victim))
        {
            file.SetLength(file.Length / 2);
        }

        AssertCheckNames(victim);
    }

    [Theory]
    [InlineData("packs")]
    [InlineData("index")]
    [InlineData("snapshots")]
    public void A_missing_object_or_an_empty_one_is_damage(string kind)
    {
        string victim = BackupAndPickLargest(kind);
        File.WriteAllBytes(victim, []);

        AssertCheckNames(victim);
    }

    [Theory]
    [InlineData("packs", 0)]
    [InlineData("packs", 12)]
    [InlineData("packs", -1)]
    [InlineData("packs", -5)]
    [InlineData("packs", -40)]
    [InlineData("index", 8)]
    [InlineData("index", -1)]
    public void A_pack_or_index_whose_lengths_lie_is_damage(string kind, int position)
    {
        string victim = BackupAndPickLargest(kind);
        byte[] bytes = File.ReadAllBytes(victim);
        for (int i = 0; i < 4; i++)
        {
            int at = position >= 0 ? position + i : bytes.Length + position - i;
            bytes[at] = 0xff;
        }

        File.WriteAllBytes(victim, bytes);

        AssertCheckNames(victim);
    }

    private static string ConfigOf(RepositoryFixture fixture) =>
        Assert.Single(Directory.GetFiles(fixture.Repository, "config-*"));

    private string BackupAndPickLargest(string kind)
    {
        fixture.Initialise();
        fixture.Run("backup", source).Expect();
        return fixture.Objects(kind).MaxBy(pair => pair.Value).Key;
    }

    private void AssertCheckNames(string victim)
    {
        Directory.Delete(fixture.Cache, recursive: true);

        ProcessResult result = fixture.Run("check", "--read-data");

        Assert.True(result.ExitCode == ExitCodes.Damaged, result.ToString());
        Assert.Contains(Path.GetFileName(victim)[..8], result.Output + result.Error, StringComparison.Ordinal);
        AssertNoTrace(result);
    }

    private static void AssertFails(ProcessResult result)
    {
        Assert.True(result.ExitCode is > 0 and < 128, result.ToString());
        AssertOneLine(result, result.ExitCode);
    }

    private static void AssertOneLine(ProcessResult result, int exitCode)
    {
        Assert.True(result.ExitCode == exitCode, $"expected exit code {exitCode} of {result}");
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == 1, $"expected one line on stderr of {result}");
        AssertNoTrace(result);
    }

    private static void AssertNoTrace(ProcessResult result) =>
        Assert.False(
            result.Error.Contains("   at ", StringComparison.Ordinal)
            || result.Error.Contains("Unhandled exception", StringComparison.Ordinal),
            $"a stack trace is no message: {result}");
}
