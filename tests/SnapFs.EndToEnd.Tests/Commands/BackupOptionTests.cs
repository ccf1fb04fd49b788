using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Commands;

/// <summary>What a backup leaves out, renames, or takes from a stream.</summary>
public sealed class BackupOptionTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();
    private readonly string source;

    public BackupOptionTests()
    {
        source = new TestTree
        {
            ["keep/file"] = "kept",
            ["keep/file.tmp"] = "left out",
            ["cache/CACHEDIR.TAG"] = "Signature: 8a477f597d28d172789f06886806bc55",
            ["cache/big"] = "left out",
            ["build/output"] = "left out",
        }.WriteTo(fixture["source"]);
    }

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_clock_that_went_back_is_pointed_out_but_a_time_that_was_asked_for_is_not()
    {
        fixture.Run("backup", source, "--source", "s", "--time", "2100-01-01T00:00:00Z").Expect();

        ProcessResult now = fixture.Run("backup", source, "--source", "s").Expect();
        ProcessResult asked = fixture.Run("backup", source, "--source", "s", "--time", "2020-01-01T00:00:00Z").Expect();

        Assert.Contains("is of 2100-01-01T00:00:00Z, later than this one", now.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("clock", asked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Excluded_files_are_not_in_the_snapshot()
    {
        File.WriteAllText(fixture["patterns"], "# a comment\n*.tmp\n!important.tmp\n");
        File.WriteAllText(Path.Combine(source, "keep/important.tmp"), "kept after all");
        fixture.Run(
            "backup", source, "--exclude", "build/", "--exclude-file", fixture["patterns"], "--exclude-caches").Expect();

        string target = Restore();

        Assert.Equal(
            ["cache/CACHEDIR.TAG", "keep/file", "keep/important.tmp"],
            Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(target, path))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_dry_run_stores_nothing()
    {
        int packs = fixture.Packs().Count;

        fixture.Run("backup", source, "--dry-run").Expect();

        Assert.Equal(0, fixture.CountSnapshots());
        Assert.Equal(packs, fixture.Packs().Count);
    }

    [Fact]
    public void A_directory_is_recorded_as_another_one()
    {
        fixture.Run("backup", source, "--as", "/srv/data", "--source", "data").Expect();

        using MountPoint mount = fixture.Mount();
        Assert.Equal("kept", File.ReadAllText(mount.Latest("data", "/srv/data/keep/file")));
    }

    [Fact]
    public void Standard_input_becomes_one_file()
    {
        fixture.Shell("echo 'a dump' | snapfs backup --stdin --stdin-name /dumps/all.sql --source dump").Expect();

        using MountPoint mount = fixture.Mount();
        Assert.Equal("a dump\n", File.ReadAllText(mount.Latest("dump", "/dumps/all.sql")));
    }

    [Fact]
    public void The_output_of_a_command_becomes_one_file_that_only_its_owner_reads()
    {
        fixture.Run("backup", "--source", "dump", "--stdin-name", "/all.sql", "--command", "--", "echo", "from a command").Expect();

        using MountPoint mount = fixture.Mount();
        string shown = mount.Latest("dump", "/all.sql");
        Assert.Equal("from a command\n", File.ReadAllText(shown));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(shown));
    }

    [Theory]
    [InlineData("sh", "-c", "echo half; exit 7")]
    [InlineData("sh", "-c", "echo half; kill -9 $$")]
    [InlineData("/no/such/program")]
    public void A_command_that_fails_gives_no_snapshot(params string[] command)
    {
        ProcessResult result = fixture.Run(["backup", "--source", "dump", "--stdin-name", "/all.sql", "--command", "--", .. command]);

        Assert.True(result.ExitCode == ExitCodes.Failed, result.ToString());
        Assert.Equal(0, fixture.CountSnapshots());
        fixture.CheckEverything();
    }

    [SkippableFact]
    public void Other_file_systems_are_left_out_on_demand()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting needs root");
        string inner = Path.Combine(source, "inner");
        Directory.CreateDirectory(inner);
        ProcessRunner.Run("mount", ["-t", "tmpfs", "tmpfs", inner]).Expect();
        File.WriteAllText(Path.Combine(inner, "elsewhere"), "x");

        fixture.Run("backup", source, "--one-file-system").Expect();
        string target = Restore();

        Assert.True(Directory.Exists(Path.Combine(target, "inner")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(target, "inner")));
    }

    [Fact]
    public void Tags_and_hosts_are_kept_with_the_snapshot()
    {
        fixture.Run("backup", source, "--tag", "first", "--tag", "before upgrade", "--host", "web1").Expect();

        string listed = fixture.Run("snapshots", "--json").Expect().Output;

        Assert.Contains("before upgrade", listed, StringComparison.Ordinal);
        Assert.Contains("web1", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_in_place_rewrites_only_what_differs()
    {
        fixture.Run("backup", source).Expect();
        string untouched = Path.Combine(source, "build/output");
        File.WriteAllText(Path.Combine(source, "keep/file"), "damaged by mistake");
        string inode(string path) => ProcessRunner.Run("stat", ["-c", "%i %z", path]).Expect().Output;
        string before = inode(untouched);

        fixture.Run("restore", $"latest:{source}", "--target", source).Expect();

        Assert.Equal("kept", File.ReadAllText(Path.Combine(source, "keep/file")));
        Assert.Equal(before, inode(untouched));
    }

    [Fact]
    public void Restore_deletes_what_is_too_much_only_on_demand()
    {
        fixture.Run("backup", source).Expect();
        string extra = Path.Combine(source, "extra");
        File.WriteAllText(extra, "made later");

        fixture.Run("restore", $"latest:{source}", "--target", source).Expect();
        Assert.True(File.Exists(extra));

        fixture.Run("restore", $"latest:{source}", "--target", source, "--delete").Expect();
        Assert.False(File.Exists(extra));
    }

    [Fact]
    public void Restore_does_not_follow_a_link_that_lies_in_its_way()
    {
        fixture.Run("backup", source).Expect();
        Directory.CreateDirectory(fixture["outside"]);
        Directory.CreateDirectory(fixture["target"]);
        File.CreateSymbolicLink(Path.Combine(fixture["target"], "keep"), fixture["outside"]);

        fixture.Run("restore", $"latest:{source}", "--target", fixture["target"]);

        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture["outside"]));
    }

    private string Restore()
    {
        fixture.Run("restore", $"latest:{source}", "--target", fixture["restored"]).Expect();
        return fixture["restored"];
    }
}
