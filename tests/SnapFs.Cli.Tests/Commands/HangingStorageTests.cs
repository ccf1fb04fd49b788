using SnapFs.Cli.Hosting;
using SnapFs.Testing.Fuse;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>Commands that are stopped while the disk of the repository does not answer a read.</summary>
public sealed class HangingStorageTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly TestRepository _repository = new();

    public async Task InitializeAsync()
    {
        await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();
        await _repository.BackUpTwiceAsync("first", "second");
    }

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [SkippableTheory]
    [InlineData("restore here:second --target DIR/outREAD", 5)]
    [InlineData("check", 5)]
    [InlineData("check --read-data", 5)]
    [InlineData("cat here:second:DIR/data/large", 5)]
    [InlineData("ls -R here:second", 5)]
    [InlineData("find *", 5)]
    [InlineData("diff here:first here:second", 5)]
    [InlineData("stats", 3)]
    [InlineData("snapshots", 3)]
    public async Task A_command_that_is_stopped_ends_whichever_read_hangs(string command, int least)
    {
        using FuseTree tree = _repository.Serve(out _);
        int stopped = 0;
        for (int read = 0; ; read++)
        {
            int reads = 0;
            using ManualResetEventSlim hangs = new();
            TaskCompletionSource released = new();
            tree.OnCall = (call, _, _) =>
            {
                if (call == FuseCall.Read && Interlocked.Increment(ref reads) - 1 == read)
                {
                    hangs.Set();
                    released.Task.Wait();
                }

                return 0;
            };
            _repository.Delete("cache");
            string[] arguments =
            [
                .. command.Split(' ').Select(word => word
                    .Replace("DIR", _repository.Directory, StringComparison.Ordinal)
                    .Replace("READ", $"{read}", StringComparison.Ordinal)), // one that was left goes on writing once it can
            ];
            using CancellationTokenSource stop = new();
            Task<ExitCode> job = Task.Run(() => _repository.Cli.RunAsync(arguments, stop.Token));
            Assert.True(SpinWait.SpinUntil(() => job.IsCompleted || hangs.IsSet, Long));
            if (job.IsCompleted)
            {
                Assert.True((await job) is ExitCode.Success or ExitCode.Failed, _repository.Cli.Error); // of diff: they differ
                break;
            }

            await stop.CancelAsync();
            try
            {
                ExitCode code = await job.WaitAsync(Long);
                Assert.True(code == ExitCode.Interrupted, $"read {read}: {code}: {_repository.Cli.Error}");
                stopped++;
            }
            finally
            {
                released.SetResult();
            }
        }

        Assert.True(stopped >= least, $"only {stopped} runs were stopped");
    }
}
