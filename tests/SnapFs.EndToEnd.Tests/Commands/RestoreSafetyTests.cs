using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Commands;

/// <summary>What <c>restore --delete</c> spares, what it says before, and what <c>-v</c> lists.</summary>
public sealed class RestoreSafetyTests : IDisposable
{
    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [SkippableFact]
    public void What_the_backup_could_not_read_is_not_removed()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");
        fixture.Initialise();
        string source = new TestTree { ["open/o"] = "o", ["data/precious"] = "p" }.WriteTo(fixture["home"]);
        ProcessRunner.Shell($"""
            chmod 700 '{source}/data'
            chmod -R a+rwX '{fixture.Repository}'
            chmod 755 '{Path.GetDirectoryName(source)}'
            """).Expect();
        fixture.Environment["SNAPFS_CACHE_DIR"] = fixture["cache"];
        ProcessRunner.Shell($"mkdir -m 777 '{fixture["cache"]}'").Expect();
        ProcessResult backup = fixture.ShellAs("65534", $"snapfs backup '{source}' --source home");
        Assert.True(backup.ExitCode == ExitCodes.Partial, backup.ToString());

        ProcessResult restore = fixture.Run("restore", $"latest:{source}", "--target", source, "--delete");

        Assert.True(File.Exists(source + "/data/precious"), restore.ToString());
        Assert.Contains("partial", restore.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_backup_left_out_is_not_removed()
    {
        fixture.Initialise();
        string source = new TestTree { ["a"] = "1", ["x.iso"] = "big", ["d/y.iso"] = "big" }.WriteTo(fixture["home"]);
        fixture.Run("backup", source, "--exclude", "*.iso").Expect();
        File.WriteAllText(source + "/extra", "");

        fixture.Run("restore", $"latest:{source}", "--target", source, "--delete").Expect();

        Assert.True(File.Exists(source + "/x.iso") && File.Exists(source + "/d/y.iso"));
        Assert.False(File.Exists(source + "/extra"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_removed_is_listed_by_its_path_on_the_target(bool isDry)
    {
        fixture.Initialise();
        string source = new TestTree { ["a/kept"] = "1" }.WriteTo(fixture["home"]);
        fixture.Run("backup", source).Expect();
        string target = new TestTree { ["a/extra"] = "2" }.WriteTo(fixture["live"]);

        string output = fixture.Run(
            ["restore", $"latest:{source}", "--target", target, "--delete", "-v", .. isDry ? ["--dry-run"] : Array.Empty<string>()])
            .Expect().Output;

        Assert.Contains($"- {target}/a/extra\n", output, StringComparison.Ordinal);
        Assert.Contains($"+ {source}/a/kept\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_lists_and_counts_what_the_run_then_does()
    {
        fixture.Initialise();
        string source = new TestTree { ["a"] = "1", ["gone"] = "2" }.WriteTo(fixture["home"]);
        fixture.Run("backup", source).Expect();
        File.WriteAllText(source + "/a", "22");
        File.Delete(source + "/gone");
        new TestTree { ["x/e1"] = "", ["x/e2"] = "" }.WriteTo(source);
        string[] restore = ["restore", $"latest:{source}", "--target", source, "--delete", "--verbose"];

        string planned = fixture.Run([.. restore, "--dry-run"]).Expect().Output;
        string done = fixture.Run(restore).Expect().Output;

        string[] lines = [.. List(planned)];
        Assert.Equal(lines, List(done));
        Assert.Equal(
            [$"+ {source}/gone", $"- {source}/x", $"- {source}/x/e1", $"- {source}/x/e2", $"M {source}/a", $"a {source}"], lines);
        Assert.Contains("3 deleted", planned, StringComparison.Ordinal);
        Assert.Contains("3 deleted", done, StringComparison.Ordinal);
    }

    [Fact]
    public void The_way_to_the_target_is_that_of_the_kernel()
    {
        fixture.Initialise();
        string source = new TestTree { ["a"] = "1" }.WriteTo(fixture["home"]);
        fixture.Run("backup", source).Expect();
        Directory.CreateDirectory(fixture["real/deep"]);
        File.CreateSymbolicLink(fixture["link"], "real/deep");

        fixture.Run("restore", $"latest:{source}", "--target", fixture["link"] + "/../out").Expect();
        ProcessResult empty = fixture.Run("restore", $"latest:{source}", "--target", "");

        Assert.True(File.Exists(fixture["real/out/a"]));
        Assert.Equal(ExitCodes.Usage, empty.ExitCode);
        Assert.Contains("--target is empty", empty.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> List(string output) => output.Split('\n')
        .Where(line => line.Length > 2 && line[1] == ' ' && line[2] == '/')
        .Order(StringComparer.Ordinal);
}
