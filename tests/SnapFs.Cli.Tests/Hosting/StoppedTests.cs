using SnapFs.Cli.Hosting;
using SnapFs.Cli.Tests.Commands;

namespace SnapFs.Cli.Tests.Hosting;

public sealed class StoppedTests
{
    [Theory]
    [InlineData("snapshots", "snapfs: stopped\n")]
    [InlineData(
        "backup DATA", "snapfs: stopped; no snapshot was made, what was stored serves the next run\n")]
    [InlineData(
        "restore latest --target OUT", "snapfs: stopped; what was restored stays, and the same command again does the rest\n")]
    public async Task Who_stops_a_command_is_told_in_one_line_what_has_become_of_it(string command, string expected)
    {
        using TestRepository repository = await new TestRepository().InitialiseAsync();
        await repository.UseKeyFileAsync();
        repository.Write("data/file", "text");
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"]);
        string[] arguments =
        [
            .. command.Split(' ').Select(word => word switch
            {
                "DATA" => repository["data"],
                "OUT" => repository["out"],
                _ => word,
            }),
        ];

        ExitCode code = await repository.Cli.RunAsync(arguments, new CancellationToken(canceled: true));

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Equal(expected, repository.Cli.Error);
        Assert.Empty(repository.Cli.Output);
    }
}
