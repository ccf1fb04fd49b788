using System.Text.RegularExpressions;
using SnapFs.Cli.Hosting;
using SnapFs.Testing.Fuse;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>Commands while the disk of the repository fails one call, each in its turn, with an input/output error.</summary>
public sealed partial class ReadErrorTests(ReadErrorTests.Fixture fixture) : IClassFixture<ReadErrorTests.Fixture>
{
    private const int InputOutput = 5;

    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    private static readonly FuseCall[] Reading = [FuseCall.Open, FuseCall.Read, FuseCall.ReadDirectory];

    private static readonly FuseCall[] All = [.. Reading, FuseCall.LookUp, FuseCall.GetAttributes, FuseCall.OpenDirectory];

    private readonly TestRepository _repository = fixture.Repository;

    /// <summary>A repository of two snapshots.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal TestRepository Repository { get; } = new();

        public async Task InitializeAsync()
        {
            await Repository.InitialiseAsync();
            await Repository.UseKeyFileAsync();
            await Repository.BackUpTwiceAsync("first", "second");
        }

        public Task DisposeAsync()
        {
            Repository.Dispose();
            return Task.CompletedTask;
        }
    }

    [SkippableTheory]
    [InlineData("diff here:first here:second", false, 20)]
    [InlineData("stats", false, 20)]
    [InlineData("stats latest", false, 20)]
    [InlineData("ls -R latest", false, 20)]
    [InlineData("find *", false, 20)]
    [InlineData("snapshots", false, 20)]
    [InlineData("cat here:second:DIR/data/large here:second:DIR/data/sub/new", false, 20)]
    [InlineData("restore latest --target DIR/out", true, 90)]
    [InlineData("check", false, 20)]
    [InlineData("check --read-data", true, 200)]
    public async Task A_command_is_right_or_names_what_cannot_be_read_whichever_call_fails(string command, bool tryAll, int least)
    {
        using FuseTree tree = _repository.Serve(out string served);
        string[] arguments = [.. command.Split(' ').Select(word => word.Replace("DIR", _repository.Directory, StringComparison.Ordinal))];
        (ExitCode Code, string Output) intact = await RunAsync(arguments);
        Assert.True(intact.Code is ExitCode.Success or ExitCode.Failed, _repository.Cli.Error); // of diff: they differ
        AssertRestored(isAll: command.StartsWith("restore", StringComparison.Ordinal));
        int noticed = 0;
        foreach (FuseCall failing in tryAll ? All : Reading)
        {
            bool isMet = true;
            for (int n = 0; isMet; n++)
            {
                // The kernel asks for a name again when a look at what it knows of it fails.
                int last = failing == FuseCall.LookUp ? n + 1 : n;
                int calls = 0;
                tree.OnCall = (call, _, _) =>
                    call == failing && Interlocked.Increment(ref calls) - 1 is int number && number >= n && number <= last
                        ? InputOutput
                        : 0;
                (ExitCode Code, string Output) answer = await RunAsync(arguments);
                isMet = calls > n;
                string what = $"{failing} {n}: {answer.Code}: {answer.Output}{_repository.Cli.Error}";
                Assert.All(Lines(_repository.Cli.Error), line => Assert.StartsWith("snapfs: ", line, StringComparison.Ordinal));
                Assert.DoesNotContain("bug in snapfs", _repository.Cli.Error, StringComparison.Ordinal);
                AssertRestored(isAll: command.StartsWith("restore", StringComparison.Ordinal) && answer.Code == ExitCode.Success);
                if (answer == intact)
                {
                    continue;
                }

                noticed++;
                Assert.True(isMet && answer.Code is ExitCode.StorageUnavailable or ExitCode.Partial, what);
                Assert.True(Lines(_repository.Cli.Error).Any(line => IsExact(line, served)), what);
                Assert.True(HasNothingElse(command, answer.Output, intact.Output), what);
            }
        }

        tree.OnCall = null;
        Assert.True(noticed >= least, $"only {noticed} runs met an error");
    }

    /// <summary>Whether a line says what cannot be read, where, and why.</summary>
    private static bool IsExact(string line, string served) =>
        line.Contains(served, StringComparison.Ordinal) && line.Contains("Input/output error", StringComparison.Ordinal);

    /// <summary>Whether there is nothing in an answer that failed which a whole one has not; the numbers in totals may be less.</summary>
    private static bool HasNothingElse(string command, string output, string intact) => command.Split(' ')[0] switch
    {
        "cat" => intact.StartsWith(output, StringComparison.Ordinal),
        "ls" or "find" => Lines(output).Except(Lines(intact)).Any() is false,
        "diff" => Lines(output).All(line => intact.Contains(line, StringComparison.Ordinal)),
        _ => true,
    };

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Compares the files that a restore wrote with those that were backed up.</summary>
    private void AssertRestored(bool isAll)
    {
        string data = _repository["data"];
        foreach (string file in Directory.GetFiles(data, "*", SearchOption.AllDirectories))
        {
            string restored = _repository["out"] + file;
            if (isAll || File.Exists(restored))
            {
                Assert.Equal(File.ReadAllText(file), File.ReadAllText(restored));
            }
        }
    }

    /// <summary>Runs a command without what is kept in the cache.</summary>
    private async Task<(ExitCode Code, string Output)> RunAsync(string[] arguments)
    {
        _repository.Delete("cache");
        _repository.Delete("out");
        ExitCode code = await Task.Run(() => _repository.Cli.RunAsync(arguments)).WaitAsync(Hang);
        return (code, Elapsed().Replace(_repository.Cli.Output, ""));
    }

    [GeneratedRegex(" in [0-9.]+ s\\b")]
    private static partial Regex Elapsed();
}
