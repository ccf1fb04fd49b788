using SnapFs.Cli.Hosting;
using SnapFs.Testing.Volumes;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>The newest state of a volume cannot be read, and an older one can.</summary>
public sealed class UnreadVolumeTests : IAsyncLifetime
{
    private readonly TestRepository _repository = new();

    public async Task InitializeAsync()
    {
        await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();
        await ImportAsync("user.alice.s0.full.dump");
        string[] before = Directory.GetFiles(_repository["repo/snapshots"], "*", SearchOption.AllDirectories);
        await ImportAsync("user.alice.s1.inc.dump");
        string newest = Assert.Single(
            Directory.GetFiles(_repository["repo/snapshots"], "*", SearchOption.AllDirectories).Except(before));
        using FileStream cut = File.OpenWrite(newest);
        cut.SetLength(cut.Length / 2);
    }

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("volume get latest user.alice -o DIR/dump")]
    [InlineData("volume get latest user.alice --original -o DIR/dump")]
    [InlineData("volume diff latest latest user.alice")]
    [InlineData("volume list latest")]
    [InlineData("volume verify user.alice")]
    [InlineData("backup-manager list")]
    public async Task A_command_that_takes_the_older_one_says_so_and_does_not_end_with_success(string command)
    {
        string[] arguments =
            [.. command.Split(' ').Select(word => word.Replace("DIR", _repository.Directory, StringComparison.Ordinal))];
        _repository.Delete("cache");

        await _repository.ExpectAsync(ExitCode.Damaged, arguments);

        Assert.Contains("snapshots/", _repository.Cli.Error, StringComparison.Ordinal);
    }

    private Task ImportAsync(string dump) => _repository.ExpectAsync(
        ExitCode.Success, "volume", "import", "--cell", "c", Path.Combine(DumpSamples.Folder, dump));
}
