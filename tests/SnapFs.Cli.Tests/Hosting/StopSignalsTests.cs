using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Hosting;

public sealed class StopSignalsTests
{
    [Fact]
    public void A_signal_at_the_very_end_of_the_program_is_no_failure()
    {
        CancellationTokenSource ended = new();
        ended.Dispose();

        StopSignals.Cancel(ended);

        Assert.False(ended.IsCancellationRequested);
    }

    [Fact]
    public void A_signal_before_stops_the_program()
    {
        using CancellationTokenSource running = new();

        StopSignals.Cancel(running);

        Assert.True(running.IsCancellationRequested);
    }
}
