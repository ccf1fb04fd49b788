using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>Taking over what a program says that need not be right.</summary>
public sealed class ForeignImportTests : IAsyncLifetime
{
    private const string Morning = "2026-11-20T02:20:00Z";

    private readonly TestRepository _repository = new();

    public async Task InitializeAsync()
    {
        await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();
    }

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Two_of_one_second_are_two_snapshots()
    {
        new FakeRestic(_repository).Has('a', Morning, "web1").Has('b', Morning, "web1");

        Assert.Contains("2 snapshots taken over, 0 already here", await ImportAsync(ExitCode.Success), StringComparison.Ordinal);

        Assert.Contains("0 snapshots taken over, 2 already here", await ImportAsync(ExitCode.Success), StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync());
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1960-02-29T23:59:59.999999999-12:00")]
    [InlineData("9999-12-31T23:59:59+00:00")]
    public async Task One_of_an_odd_time_is_taken(string time)
    {
        new FakeRestic(_repository).Has('a', time, "web1");

        Assert.Contains("1 snapshot taken over", await ImportAsync(ExitCode.Success), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_without_a_host_needs_one()
    {
        new FakeRestic(_repository).Has('a', Morning, "").Has('b', Morning, "web1");

        Assert.Contains("1 snapshot taken over, 0 already here, 1 failed", await ImportAsync(ExitCode.Partial), StringComparison.Ordinal);
        Assert.Equal(
            "snapfs: restic aaaaaaaa of 2026-11-20T02:20:00Z was not taken over: it names no machine, or one that no snapshot here can "
                + "be of; --snapshot and --host take it over\n",
            _repository.Cli.Error);
        Assert.Contains(
            "0 snapshots would be taken over, 1 already here, 1 failed",
            await ImportAsync(ExitCode.Partial, "--dry-run"),
            StringComparison.Ordinal);
        Assert.Contains(
            "1 snapshot taken over, 1 already here", await ImportAsync(ExitCode.Success, "--host", "web2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a 1", "a 1,b 2", "/data/b: is missing")]
    [InlineData("a 1,b 3", "a 1,b 2", "/data/b: has 3 bytes, not 2")]
    [InlineData("a 1,b 2,c 0", "a 1,b 2", "3 files and 3 B were read in 5 entries, but 2 and 3 B are listed in 3")]
    [InlineData("a 1,b 2", "a 1,b 2,b 2", "2 files and 3 B were read in 4 entries, but 3 and 5 B are listed in 4")]
    public async Task What_is_not_as_it_is_listed_is_named_and_not_taken(string restored, string listed, string said)
    {
        new FakeRestic(_repository).Has('a', Morning, "web1").Restores(Files(restored)).Lists(Files(listed));

        Assert.Contains("0 snapshots taken over, 0 already here, 1 failed", await ImportAsync(ExitCode.Partial), StringComparison.Ordinal);

        Assert.Contains(said, _repository.Cli.Error, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync());
    }

    [Theory]
    [InlineData("version", "restic 0.12.1 compiled with go1.15.8", "restic 0.12 is too old: 0.14 or later is needed, which reads format 2")]
    [InlineData("version", "rustic 0.14.1", "restic does not say which version it is")]
    [InlineData("snapshots", "Enter password:", "'restic snapshots' gave what cannot be understood: it is no JSON")]
    [InlineData("snapshots", "{}", "'restic snapshots' gave what cannot be understood: it is no list")]
    public async Task A_program_that_makes_no_sense_is_refused_in_one_line(string command, string text, string said)
    {
        new FakeRestic(_repository).Has('a', Morning, "web1").Says(command, text);

        await ImportAsync(ExitCode.Failed);

        Assert.Equal($"snapfs: {said}\n", _repository.Cli.Error);
    }

    [Theory]
    [InlineData("{\"struct_type\":\"node\",\"type\":\"file\",\"path\":\"/../etc/shadow\"}", "the path /../etc/shadow")]
    [InlineData("{\"struct_type\":\"node\",\"type\":\"door\",\"path\":\"/data/a\"}", "a file of type 'door'")]
    [InlineData("nothing", "it is no JSON")]
    public async Task A_listing_that_makes_no_sense_costs_its_snapshot(string line, string said)
    {
        new FakeRestic(_repository).Has('a', Morning, "web1").Says("ls", line);

        await ImportAsync(ExitCode.Partial);

        Assert.Contains($"'restic ls' gave what cannot be understood: {said}\n", _repository.Cli.Error, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_line_without_end_is_refused()
    {
        new FakeRestic(_repository).Has('a', Morning, "web1").Says("ls", new string('[', 3_000_000));

        await ImportAsync(ExitCode.Partial);

        Assert.EndsWith(
            "'restic ls' gave what cannot be understood: a line without end\n", _repository.Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_said_with_what_to_do()
    {
        new FakeRestic(_repository).Has('a', Morning, "web1").Fails("Fatal: write: no space left on device");

        await ImportAsync(ExitCode.Partial);

        Assert.EndsWith(
            "'restic restore' failed: Fatal: write: no space left on device; --scratch names a directory with more room\n",
            _repository.Cli.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_said_with_its_package()
    {
        _repository.Cli.Variables["PATH"] = _repository["bin"];

        await ImportAsync(ExitCode.Failed);

        Assert.Equal("snapfs: restic is not installed here: it is in the Debian package restic\n", _repository.Cli.Error);
    }

    [Fact]
    public async Task The_one_that_is_chosen_is_taken()
    {
        new FakeRestic(_repository).Has('a', Morning, "web1").Has('b', Morning, "web1");

        Assert.Contains("1 snapshot taken over", await ImportAsync(ExitCode.Success, "--snapshot", "bbbbbbbb"), StringComparison.Ordinal);
        Assert.Contains("0 snapshots taken over", await ImportAsync(ExitCode.Success, "--snapshot", "bbbbb"), StringComparison.Ordinal);

        await ImportAsync(ExitCode.Failed, "--snapshot", "c");
        Assert.Equal("snapfs: no snapshot of the restic repository is 'c'; --dry-run lists them\n", _repository.Cli.Error);
    }

    /// <summary>Pipes and devices in it would be waited for if they were cached.</summary>
    [Fact]
    public async Task What_a_killed_run_left_in_the_cache_does_not_keep_it_from_being_used()
    {
        new FakeRestic(_repository).Has('a', Morning, "web1");
        await ImportAsync(ExitCode.Success);
        string cache = Directory.GetDirectories(_repository["cache"]).Single();
        string tree = Path.Combine(cache, "snapfs-import-0000000000000001", "tree");
        Directory.CreateDirectory(tree);
        File.CreateSymbolicLink(Path.Combine(tree, "link"), "/nowhere");

        await ImportAsync(ExitCode.Success);

        Assert.Equal("", _repository.Cli.Error);
    }

    /// <summary>The directory of the scratch files is one that may have those of others in it.</summary>
    [Fact]
    public async Task Scratch_files_of_killed_runs_are_removed_and_nothing_else()
    {
        new FakeRestic(_repository).Has('a', Morning, "web1");
        _repository.Write("scratch/snapfs-import-0000000000000001/lock", "");
        _repository.Write("scratch/snapfs-import-0000000000000001/tree/left", "x");
        _repository.Write("scratch/snapfs-import-0000000000000002/lock", "");
        _repository.Write("scratch/other/file", "x");
        await using (FileStream used = new(
            _repository["scratch/snapfs-import-0000000000000002/lock"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await ImportAsync(ExitCode.Success, "--scratch", _repository["scratch"]);
        }

        Assert.Equal(
            ["other", "snapfs-import-0000000000000002"],
            Directory.GetFileSystemEntries(_repository["scratch"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_repository_is_named_to_the_program_where_no_list_of_processes_shows_it()
    {
        new FakeRestic(_repository).Has('a', Morning, "web1");

        await ImportAsync(ExitCode.Success);

        Assert.Contains("RESTIC_REPOSITORY=/srv/restic\n", File.ReadAllText(_repository["environment"]), StringComparison.Ordinal);
    }

    private static (string Name, int Length)[] Files(string text) =>
        [.. text.Split(',').Select(file => (file[..1], int.Parse(file[2..], System.Globalization.CultureInfo.InvariantCulture)))];

    private Task<string> ImportAsync(ExitCode expected, params string[] options) =>
        _repository.ExpectAsync(expected, ["import", "restic", "/srv/restic", .. options]);

    private async Task<int> CountAsync() => (await _repository.ExpectAsync(ExitCode.Success, "snapshots", "--json"))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Length;
}
