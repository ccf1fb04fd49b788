using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Cases;

/// <summary>What people type, and scripts with a variable that is unset.</summary>
public sealed class ArgumentTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();
    private readonly string source;

    public ArgumentTests() => source = new TestTree { ["f"] = "one", ["sub/g"] = "two" }.WriteTo(fixture["source"]);

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("backup", "SOURCE", "--as", "")]
    [InlineData("backup", "SOURCE", "--exclude", "")]
    [InlineData("backup", "SOURCE", "--exclude-file", "")]
    [InlineData("backup", "SOURCE", "--source", "")]
    [InlineData("backup", "")]
    [InlineData("backup", "--command", "--", "")]
    [InlineData("restore", "latest", "--target", "")]
    [InlineData("mount", "")]
    [InlineData("mount", "SOURCE", "--log-file", "")]
    [InlineData("umount", "")]
    [InlineData("snapshots", "--cache-dir", "")]
    [InlineData("snapshots", "--password-file", "")]
    [InlineData("snapshots", "--key-file", "")]
    [InlineData("snapshots", "--repo", "")]
    [InlineData("snapshots", "--host=")]
    [InlineData("key", "export", "--file", "")]
    [InlineData("find", "")]
    public void An_empty_word_is_a_usage_error_of_one_line(params string[] arguments) =>
        AssertOneLine(RunWithSource(arguments), ExitCodes.Usage);

    [Theory]
    [InlineData("backup", "SOURCE", "--exclude", "a/../b")]
    [InlineData("backup", "SOURCE", "--exclude", "./a")]
    [InlineData("backup", "SOURCE", "--exclude", "a//b")]
    [InlineData("backup", "SOURCE", "--exclude", "[a")]
    [InlineData("backup", "SOURCE", "--exclude", @"a\")]
    [InlineData("restore", "latest", "--target", "/nonexistent", "--include", "../a")]
    public void A_pattern_that_can_never_match_is_a_usage_error(params string[] arguments) =>
        AssertOneLine(RunWithSource(arguments), ExitCodes.Usage);

    [Theory]
    [InlineData("restore")]
    [InlineData("snapfs")]
    [InlineData("another")]
    public void The_program_may_be_called_as_anything_also_as_a_command(string name)
    {
        File.CreateSymbolicLink(fixture[name], SnapFsBinary.Path);

        ProcessResult help = fixture.Shell($"'{fixture[name]}' restore --help").Expect();

        Assert.Contains("Usage: snapfs restore", help.Output, StringComparison.Ordinal);
        AssertOneLine(fixture.Run(name, "snapshots"), ExitCodes.Usage);
    }

    [Fact]
    public void A_line_of_a_file_of_patterns_that_can_never_match_is_said()
    {
        File.WriteAllText(fixture["patterns"], "# comment\n*.o\n./never\n");

        ProcessResult result = fixture.Run("backup", source, "--exclude-file", fixture["patterns"]).Expect();

        Assert.Contains("line 3: './never' matches nothing", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_would_leave_out_more_than_it_says_is_an_error_and_in_a_file_a_warning()
    {
        File.WriteAllText(fixture["patterns"], "[я]*\n");

        ProcessResult option = fixture.Run("backup", source, "--exclude", "[я]*");
        ProcessResult file = fixture.Run("backup", source, "--exclude-file", fixture["patterns"]).Expect();

        AssertOneLine(option, ExitCodes.Usage);
        Assert.Contains("in [я] a character is several", option.Error, StringComparison.Ordinal);
        Assert.Contains("line 1: '[я]*' matches more than it says", file.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_with_a_slash_is_relative_to_each_path_that_is_backed_up()
    {
        string other = new TestTree { ["sub/h"] = "three", ["deep/sub/i"] = "four" }.WriteTo(fixture["other"]);

        fixture.Run("backup", source, other, "--source", "s", "--exclude", "/sub").Expect();

        string listed = fixture.Run("ls", "-R", "latest").Expect().Output;
        Assert.Contains("source/f\n", listed, StringComparison.Ordinal);
        Assert.Contains("deep/sub/i\n", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("sub/g", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("sub/h", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_begins_with_a_path_that_is_backed_up_is_that_path()
    {
        fixture.Run("backup", source, "/etc/hostname", "--source", "s", "--exclude", source + "/sub").Expect();

        Assert.DoesNotContain("sub/", List("s"), StringComparison.Ordinal);
        Assert.Contains("source/f\n", List("s"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_leaves_out_a_path_that_is_named()
    {
        fixture.Run("backup", Path.Combine(source, "f"), Path.Combine(source, "sub"), "--source", "s", "--exclude", "f").Expect();

        string listed = fixture.Run("ls", "-R", "latest").Expect().Output;
        Assert.Contains("sub/g\n", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("source/f\n", listed, StringComparison.Ordinal);
        AssertOneLine(fixture.Run("backup", source, "--exclude", "source/"), ExitCodes.Failed);
    }

    [Fact]
    public void A_path_given_twice_is_one()
    {
        fixture.Run("backup", source, source + "/", source + "/.", "--source", "d").Expect();

        Assert.Contains("\"files\":2,", fixture.Run("snapshots", "--json").Expect().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slash_at_the_end_follows_a_symlink()
    {
        File.CreateSymbolicLink(fixture["link"], source);

        fixture.Run("backup", fixture["link"] + "/", "--source", "followed").Expect();
        fixture.Run("backup", fixture["link"], "--source", "kept").Expect();

        Assert.Contains("link/f\n", List("followed"), StringComparison.Ordinal);
        Assert.DoesNotContain("link/f", List("kept"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_dots_after_a_symlink_leave_what_it_leads_to()
    {
        string inner = Path.Combine(source, "sub");
        File.CreateSymbolicLink(fixture["link"], inner);

        fixture.Run("backup", fixture["link"] + "/../f", "--source", "up").Expect();

        Assert.Contains("source/f\n", List("up"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_whose_name_looks_like_a_time_is_found_by_its_name()
    {
        fixture.Run("backup", source, "--host", "h", "--source", "site@2020").Expect();

        fixture.Run("ls", "h:site@2020").Expect();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_stream_gives_no_snapshot_unless_that_is_asked_for(bool allowed)
    {
        string more = allowed ? "--allow-empty" : "";

        ProcessResult input = fixture.Shell($"false | snapfs backup --stdin --source in {more}");
        ProcessResult command = fixture.Shell($"snapfs backup --command --source out {more} -- true");

        Assert.Equal(allowed ? ExitCodes.Done : ExitCodes.Failed, input.ExitCode);
        Assert.Equal(allowed ? ExitCodes.Done : ExitCodes.Failed, command.ExitCode);
        Assert.Equal(allowed ? 2 : 0, fixture.CountSnapshots());
    }

    [Fact]
    public void Words_after_two_dashes_are_paths_and_no_command()
    {
        File.WriteAllText(fixture["program"], $"#!/bin/sh\ntouch '{fixture["was-run"]}'\n");
        File.SetUnixFileMode(fixture["program"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        fixture.Run("backup", "--source", "s", "--", fixture["program"]).Expect();

        Assert.False(File.Exists(fixture["was-run"]));
        Assert.Contains("program\n", List("s"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_hit_of_find_is_a_reference_that_cat_takes()
    {
        ProcessRunner.Shell($"""
            cd '{source}'
            printf 1 > 'dev\x2duuid.hit'
            printf 2 > "$(printf 'new\nline.hit')"
            printf 3 > "$(printf '\377\376.hit')"
            printf 4 > 'back\\slash.hit'
            printf 5 > "$(printf 'b\342\200\256idi.hit')"
            printf 6 > 'a: b.hit'
            """).Expect();
        fixture.Run("backup", source, "--source", "s").Expect();

        string[] hits = fixture.Run("find", "*.hit").Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> contents = hits.Select(hit => fixture.Run("cat", hit).Expect().Output);

        Assert.Equal(["1", "2", "3", "4", "5", "6"], contents.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_difference_is_told_from_a_failure()
    {
        fixture.Run("backup", source, "--host", "h", "--source", "a").Expect();
        File.WriteAllText(Path.Combine(source, "f"), "other");
        fixture.Run("backup", source, "--host", "h", "--source", "b").Expect();

        Assert.Equal(0, fixture.Run("diff", "h:a", "h:a").ExitCode);
        Assert.Equal(1, fixture.Run("diff", "h:a", "h:b").ExitCode);
        Assert.Equal(2, fixture.Run("diff", "h:a", "h:none").ExitCode);
        Assert.Equal(1, fixture.Run("find", "nothing-is-called-so").ExitCode);
        Assert.Equal(2, fixture.Run("find", "*", "h:none").ExitCode);
    }

    [Theory]
    [InlineData("snapshots", "--bogus")]
    [InlineData("ls", "latest")]
    [InlineData("ls", "h:none:/x")]
    public void Errors_are_JSON_with_json(params string[] arguments)
    {
        ProcessResult result = fixture.Run([.. arguments, "--json"]);

        Assert.NotEqual(0, result.ExitCode);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(result.Error);
        Assert.Equal("error", json.RootElement.GetProperty("type").GetString());
        Assert.NotEqual("", json.RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public void The_version_is_an_option_as_well() =>
        Assert.Equal(fixture.Run("version").Expect().Output, fixture.Run("--version").Expect().Output);

    [Theory]
    [InlineData("<&-", 0)]
    [InlineData(">&-", 1)]
    [InlineData("2>&-", 0)]
    [InlineData("<&- >&- 2>&-", 1)]
    public void Closed_standard_descriptors_are_no_files_of_the_repository(string closed, int expected)
    {
        fixture.Run("backup", source, "--source", "before").Expect();

        ProcessResult result = fixture.Shell($"snapfs backup '{source}' --source during {closed}");

        Assert.True(result.ExitCode == expected, result.ToString());
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        fixture.CheckEverything();
        Assert.Equal(2, fixture.CountSnapshots());
    }

    [Fact]
    public void A_current_directory_that_is_gone_matters_to_relative_paths_only()
    {
        string gone = fixture["gone"];
        string script(string command) => $"mkdir -p '{gone}' && cd '{gone}' && rmdir '{gone}' && {command}";

        fixture.Shell(script($"snapfs backup '{source}'")).Expect();
        AssertOneLine(fixture.Shell(script("snapfs backup .")), ExitCodes.Usage);
        AssertOneLine(fixture.Shell(script("snapfs restore latest --target out")), ExitCodes.Failed);
        AssertOneLine(fixture.Shell(script("snapfs snapshots --repo here")), ExitCodes.Usage);
        AssertOneLine(fixture.Shell(script("snapfs umount here")), ExitCodes.Usage);
        ProcessResult result = fixture.Shell(script("snapfs snapshots --cache-dir here")).Expect();
        Assert.Contains("the cache is not used", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero", "longer than")]
    [InlineData("/", "is a directory")]
    [InlineData("/nonexistent", "cannot be read")]
    public void A_file_of_patterns_that_has_no_end_or_is_none_is_a_usage_error(string file, string why)
    {
        ProcessResult result = fixture.Run("backup", source, "--exclude-file", file);

        AssertOneLine(result, ExitCodes.Usage);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_larger_than_memory_is_a_usage_error() => AssertOneLine(
        fixture.Run("mount", fixture.NewMountPoint(), "--cache-size", "100T"), ExitCodes.Usage);

    private ProcessResult RunWithSource(string[] arguments) => fixture.Run(
        [.. arguments.Select(word => word.Replace("SOURCE", source, StringComparison.Ordinal))]);

    private string List(string name) =>
        fixture.Run("ls", "-R", $"{ProcessRunner.Run("cat", ["/proc/sys/kernel/hostname"]).Output.Trim()}:{name}").Expect().Output;

    private static void AssertOneLine(ProcessResult result, int exitCode)
    {
        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.StartsWith("snapfs: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(result.Error.Length - 1, result.Error.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain("this is a bug", result.Error, StringComparison.Ordinal);
    }
}
