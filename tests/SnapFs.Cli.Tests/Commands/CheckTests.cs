using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>What <c>check</c> says of damage: each file once, and of each snapshot whether it is whole.</summary>
public sealed class CheckTests : IAsyncLifetime
{
    private readonly TestRepository _repository = new();

    private string Data => _repository["data"];

    public async Task InitializeAsync()
    {
        await _repository.InitialiseAsync();
        _repository.Write("data/a", new string('a', 5000));
        await _repository.ExpectAsync(ExitCode.Success, "backup", Data, "--source", "s");
        HashSet<string> before = Packs();
        _repository.Write("data/b", new string('b', 5000));
        await _repository.ExpectAsync(ExitCode.Success, "backup", Data, "--source", "s");
        string withB = Packs().Except(before).Select(path => new FileInfo(path)).MinBy(file => file.Length)!.FullName;
        await _repository.ExpectAsync(ExitCode.Success, "backup", Data, "--source", "s");
        File.Delete(Path.Combine(Data, "b"));
        await _repository.ExpectAsync(ExitCode.Success, "backup", Data, "--source", "s");
        await _repository.ExpectAsync(ExitCode.Success, "check", "--read-data");
        File.Delete(withB);
    }

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_file_is_named_once_and_each_snapshot_has_a_line()
    {
        string[] ids = await IdsAsync();

        string output = await _repository.ExpectAsync(ExitCode.Damaged, "check");

        string line = Assert.Single(
            _repository.Cli.Error.Split('\n'), text => text.Contains("cannot be read whole", StringComparison.Ordinal));
        Assert.Contains($":s: {Data}", line, StringComparison.Ordinal);
        Assert.EndsWith($"in 2 snapshots, {ids[1]} to {ids[2]}", line, StringComparison.Ordinal);
        string[] states = [.. output.Split('\n').Skip(1).Take(4)];
        Assert.Equal(ids, states.Select(state => state[..12]));
        Assert.Equal(
            ["whole", "1 file affected", "1 file affected", "whole"],
            states.Select(state => state[(state.IndexOf(" s ", StringComparison.Ordinal) + 2)..].Trim()));
        Assert.Contains("1 file affected in 2 of 4 snapshots", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_read_is_no_single_file()
    {
        Packs().ToList().ForEach(File.Delete);

        string output = await _repository.ExpectAsync(ExitCode.Damaged, "check");

        Assert.Contains(": / cannot be read whole, and what is in it, in ", _repository.Cli.Error, StringComparison.Ordinal);
        Assert.Equal(4, output.Split('\n').Count(line => line.EndsWith("nothing of it can be read", StringComparison.Ordinal)));
        Assert.Matches("at least [1-4] files? affected in 4 of 4 snapshots", output);
        Assert.Equal(
            4,
            (await _repository.ExpectAsync(ExitCode.Damaged, "check", "--json")).Split('\n')
                .Count(line => line.Contains("\"filesCounted\":false", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nothing_is_listed_of_a_whole_repository_unless_it_is_asked_for()
    {
        using TestRepository other = await new TestRepository().InitialiseAsync();
        other.Write("data/a", "a");
        await other.ExpectAsync(ExitCode.Success, "backup", other["data"]);

        string quiet = await other.ExpectAsync(ExitCode.Success, "check");
        string verbose = await other.ExpectAsync(ExitCode.Success, "check", "-v");

        Assert.StartsWith("no damage: 1 snapshot, ", Assert.Single(quiet.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.EndsWith("whole", verbose.Split('\n')[1], StringComparison.Ordinal);
    }

    private HashSet<string> Packs() =>
        [.. Directory.GetFiles(Path.Combine(_repository["repo"], "packs"), "*", SearchOption.AllDirectories)];

    private async Task<string[]> IdsAsync() =>
        [.. (await _repository.ExpectAsync(ExitCode.Success, "snapshots")).Split('\n').Skip(1).Take(4).Select(line => line[..12])];
}
