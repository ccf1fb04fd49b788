using SnapFs.Storage;

namespace SnapFs.Tests;

public sealed class BlockingCallsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_call_gives_its_result_or_its_error()
    {
        Assert.Equal(7, await BlockingCalls.RunAsync(() => 7, None));
        await Assert.ThrowsAsync<IOException>(() => BlockingCalls.RunAsync<int>(() => throw new IOException(), None));
    }

    [Fact]
    public async Task Four_hundred_calls_that_hang_are_given_up_and_hinder_neither_the_pool_nor_later_calls()
    {
        using ManualResetEventSlim release = new();
        using CancellationTokenSource stop = new();
        Task<bool>[] hanging = [.. Enumerable.Range(0, 400).Select(_ => BlockingCalls.RunAsync(
            () =>
            {
                release.Wait();
                return true;
            },
            stop.Token))];

        Assert.Equal(3, await Task.Run(() => 3).WaitAsync(TimeSpan.FromSeconds(30)));
        await stop.CancelAsync();
        foreach (Task<bool> call in hanging)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        release.Set();
        Assert.Equal(5, await BlockingCalls.RunAsync(() => 5, None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Many_calls_at_once_each_run_once()
    {
        int runs = 0;

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(
            _ => BlockingCalls.RunAsync(() => Interlocked.Increment(ref runs), None)));

        Assert.Equal(1000, runs);
    }
}
