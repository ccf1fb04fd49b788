using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>Times where the machine is, if they are asked for.</summary>
public sealed class LocalTimeTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData("--local-time")]
    [InlineData(null)]
    public async Task They_are_shown_and_taken_so_by_every_command(string? option)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        _repository.Cli.Clock = new ZonedClock(zone);
        if (option is null)
        {
            _repository.Cli.Variables["SNAPFS_LOCAL_TIME"] = "1";
        }

        string[] local = option is null ? [] : [option];
        await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();
        string file = _repository.Write("data/file", "old");
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 7, 1, 2, 0, 0, DateTimeKind.Utc));
        await _repository.ExpectAsync(ExitCode.Success, ["backup", _repository["data"], "--time", "2026-11-20T22:00", .. local]);
        _repository.Write("data/file", "new");
        await _repository.ExpectAsync(ExitCode.Success, ["backup", _repository["data"], "--time", "2026-11-22T03:30:00Z", .. local]);

        string snapshots = await _repository.ExpectAsync(ExitCode.Success, ["snapshots", .. local]);
        Assert.Contains("2026-11-20T22:00:00-05:00", snapshots, StringComparison.Ordinal);
        Assert.Contains("2026-11-21T22:30:00-05:00", snapshots, StringComparison.Ordinal);
        Assert.Contains(
            "2026-06-30T22:00:00-04:00",
            await _repository.ExpectAsync(ExitCode.Success, ["ls", "-l", $"@2026-11-20:{_repository["data"]}", .. local]),
            StringComparison.Ordinal);
        Assert.Equal("old", await _repository.ExpectAsync(ExitCode.Success, ["cat", $"@2026-11-20:{file}", .. local]));
        Assert.Equal("new", await _repository.ExpectAsync(ExitCode.Success, ["cat", $"@2026-11-21:{file}", .. local]));
        Assert.Equal("old", await _repository.ExpectAsync(ExitCode.Success, ["cat", $"@2026-11-21T22:29:00-05:00:{file}", .. local]));
        Assert.EndsWith(
            "1 snapshot\n",
            await _repository.ExpectAsync(ExitCode.Success, ["snapshots", "--since", "2026-11-20T22:01", .. local]),
            StringComparison.Ordinal);
        string versions = await _repository.ExpectAsync(ExitCode.Success, ["versions", $"latest:{file}", .. local]);
        Assert.Contains("2026-11-21 2026-11-21", versions, StringComparison.Ordinal);
        Assert.Contains(
            "\"started\":\"2026-11-22T03:30:00.",
            await _repository.ExpectAsync(ExitCode.Success, ["snapshots", "--json", .. local]),
            StringComparison.Ordinal);
    }

    private sealed class ZonedClock(TimeZoneInfo zone) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => zone;
    }
}
