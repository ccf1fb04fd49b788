using System.Globalization;
using System.Text.RegularExpressions;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Commands;

public sealed partial class StatusTests
{
    [Fact]
    public async Task Who_is_late_is_told_by_the_exit_code()
    {
        using TestRepository repository = await FilledAsync();

        string shown = await repository.ExpectAsync(ExitCode.Success, "status");
        Assert.Matches(@"(?m)^web1  etc  +2  2026-11-02T00:00:00Z  \S+  complete$", shown);
        await repository.ExpectAsync(ExitCode.Failed, "status", "--max-age", "26h");
        Assert.Equal("snapfs: 1 of 2 jobs is late\n", repository.Cli.Error);
        Assert.Contains("LATE complete", repository.Cli.Output, StringComparison.Ordinal);
        await repository.ExpectAsync(ExitCode.Success, "status", "--max-age", "26h", "--host", "here", "-q");
        Assert.Empty(repository.Cli.Output + repository.Cli.Error);
        await repository.ExpectAsync(ExitCode.Success, "status", "--max-age", "5200w");
        await repository.ExpectAsync(ExitCode.Failed, "status", "--max-age", "26h", "--source", "never-made");
        await repository.ExpectAsync(ExitCode.Success, "status", "--source", "never-made");
    }

    [Theory]
    [InlineData("26")]
    [InlineData("h")]
    [InlineData("0h")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("1y")]
    [InlineData("99999999999d")]
    public async Task An_age_that_is_none_is_a_usage_error(string age)
    {
        using TestRepository repository = new();
        await repository.ExpectAsync(ExitCode.Usage, "status", $"--max-age={age}");
    }

    [Fact]
    public async Task Metrics_are_written_in_one_step_as_the_node_exporter_reads_them()
    {
        using TestRepository repository = await FilledAsync();
        string file = repository.Write("metrics/snapfs.prom", "old");

        await repository.ExpectAsync(ExitCode.Success, "stats", "--prometheus", file);

        string text = File.ReadAllText(file);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
        Assert.Contains("snapfs_snapshots{host=\"web1\",source=\"etc\"} 2\n", text, StringComparison.Ordinal);
        string start = new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Assert.Contains(
            $"snapfs_last_snapshot_start_time_seconds{{host=\"web1\",source=\"etc\"}} {start}\n", text, StringComparison.Ordinal);
        Assert.Contains("snapfs_last_snapshot_files{host=\"here\",source=\"a \\\"quoted\\\\ name\"} 1\n", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^snapfs_repository_packs [1-9]\d*$", text);
        Assert.Contains("snapfs_repository_problems 0\n", text, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(repository["metrics"]));
        Assert.Equal(text, await repository.ExpectAsync(ExitCode.Success, "stats", "--prometheus", "-"));

        await repository.ExpectAsync(ExitCode.Failed, "stats", "--prometheus", repository["none/snapfs.prom"]);
        Assert.Contains("cannot be written: No such file or directory", repository.Cli.Error, StringComparison.Ordinal);
        await repository.ExpectAsync(ExitCode.Failed, "stats", "--prometheus", repository["metrics"]);
        Assert.Equal([file], Directory.GetFiles(repository["metrics"]));
        await repository.ExpectAsync(ExitCode.Usage, "stats", "latest", "--prometheus", file);
    }

    /// <summary>Two snapshots of another host that are old, and one of this host that is new.</summary>
    private static async Task<TestRepository> FilledAsync()
    {
        TestRepository repository = await new TestRepository().InitialiseAsync();
        await repository.UseKeyFileAsync();
        repository.Write("data/file", "text");
        foreach (string time in (string[])["2026-11-01", "2026-11-02"])
        {
            await repository.ExpectAsync(
                ExitCode.Success, "backup", repository["data"], "--host", "web1", "--source", "etc", "--time", time);
        }

        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"], "--source", "a \"quoted\\ name");
        return repository;
    }

    /// <summary>The text format of Prometheus, but for what is never written.</summary>
    [GeneratedRegex(
        @"^(# (HELP|TYPE) snapfs_[a-z_]+ .+|snapfs_[a-z_]+(\{host=""([^""\\]|\\.)*"",source=""([^""\\]|\\.)*""\})? -?[0-9.]+)$")]
    private static partial Regex Line();
}
