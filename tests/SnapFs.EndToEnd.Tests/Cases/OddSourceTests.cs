using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Cases;

/// <summary>What lies in or below a source besides plain files.</summary>
public sealed class OddSourceTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_mount_of_the_repository_below_a_source_is_left_out()
    {
        string home = new TestTree { ["doc"] = "1", ["view/"] = "" }.WriteTo(fixture["home"]);
        Directory.CreateDirectory(home + "/view");
        fixture.Run("backup", home, "--source", "home").Expect();
        fixture.Run("mount", home + "/view").Expect();

        fixture.Run("backup", home, "--source", "home").Expect();

        Assert.Equal(["/doc", "/view/"], Listed(home));
        fixture.Run("umount", home + "/view").Expect();
    }

    [Fact]
    public void A_source_inside_of_an_excluded_directory_brings_only_itself()
    {
        string home = new TestTree
        {
            [".cache/evolution/m"] = "m",
            [".cache/junk/j"] = "j",
            ["doc"] = "d",
        }.WriteTo(fixture["home"]);

        fixture.Run("backup", home, home + "/.cache/evolution", "--exclude", home + "/.cache", "--source", "h").Expect();

        Assert.Equal(["/.cache/", "/.cache/evolution/", "/.cache/evolution/m", "/doc"], Listed(home));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_mounted_over_a_file_or_a_directory_is_left_out_on_one_file_system(bool isSameFileSystem)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting needs root");
        string source = new TestTree { ["mine"] = "m", ["file"] = "", ["directory/below"] = "b" }.WriteTo(fixture["s"]);
        string other = fixture["other"];
        Directory.CreateDirectory(other);
        if (!isSameFileSystem)
        {
            ProcessRunner.Run("mount", ["-t", "tmpfs", "none", other]).Expect();
        }

        new TestTree { ["file"] = "other", ["directory/strange"] = "o" }.WriteTo(other);
        ProcessRunner.Shell($"""
            mount --bind '{other}/file' '{source}/file'
            mount --bind '{other}/directory' '{source}/directory'
            """).Expect();

        fixture.Run("backup", "-x", source, "--source", "s").Expect();

        Assert.DoesNotContain(Listed(source), path => path.EndsWith("strange", StringComparison.Ordinal));
        Assert.NotEqual("other", fixture.Run("cat", $"latest:{source}/file").Output);
    }

    [Fact]
    public void A_file_of_patterns_may_have_a_byte_order_mark_and_ends_of_line_of_Windows()
    {
        string source = new TestTree { ["a.log"] = "", ["b.txt"] = "", ["my dir/f"] = "", ["#recycle"] = "" }
            .WriteTo(fixture["d"]);
        File.WriteAllText(fixture["patterns"], "\uFEFF# comment\r\n\r\n*.log\r\nmy dir/\r\n\\#recycle\r\n");

        fixture.Run("backup", source, "--exclude-file", fixture["patterns"], "--source", "d").Expect();

        Assert.Equal(["/b.txt"], Listed(source));
    }

    [Fact]
    public void Control_characters_and_bytes_of_no_encoding_do_not_reach_the_terminal_and_come_back()
    {
        string source = fixture["d"];
        fixture.Shell($"mkdir '{source}' && touch \"$(printf '{source}/na\\nme\\377\\033[31m')\"").Expect();

        string output = fixture.Shell($"""
            snapfs backup '{source}' --source d -v
            snapfs ls -R latest
            snapfs find '*31m'
            """).Expect().Output;

        Assert.DoesNotContain('\u001b', output);
        Assert.DoesNotContain('\uFFFD', output);
        fixture.Run("restore", $"latest:{source}", "--target", fixture["o"]).Expect();
        ProcessRunner.Run("diff", ["-r", source, fixture["o"]]).Expect();
    }

    [Fact]
    public void A_backup_that_was_told_to_outlive_its_terminal_does()
    {
        string source = fixture["d"];
        fixture.Shell($"mkdir '{source}' && head -c 200000000 /dev/urandom > '{source}/f'").Expect();

        ProcessResult result = fixture.Shell($"""
            nohup "{SnapFsBinary.Path}" backup '{source}' --source d > '{fixture["out"]}' 2>&1 &
            backup=$!
            sleep 0.5
            kill -HUP $backup
            wait $backup
            """);

        Assert.True(result.ExitCode == ExitCodes.Done, result.ToString());
        Assert.Equal(1, fixture.CountSnapshots());
    }

    /// <summary>The paths of the newest snapshot, relative to a directory.</summary>
    private List<string> Listed(string directory) => fixture.Run("ls", "-R", $"latest:{directory}").Expect().Output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.StartsWith(directory, StringComparison.Ordinal) ? line[directory.Length..] : line)
        .Order(StringComparer.Ordinal)
        .ToList();
}
