using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;

namespace SnapFs.Cli.Tests.Output;

public sealed class FailingOutputTests
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task Output_that_cannot_be_written_is_an_error_of_its_own()
    {
        using FailingStream full = new(() => new OutputFailedException("No space left on device"));

        Assert.Equal(ExitCode.Failed, await _cli.RunWithOutputAsync(full, "version"));

        Assert.Equal(
            "snapfs: the output cannot be written: No space left on device; free space or write it elsewhere\n",
            _cli.Error);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_the_program_without_a_word()
    {
        using FailingStream closed = new(() => new OutputClosedException());

        Assert.Equal(ExitCode.Failed, await _cli.RunWithOutputAsync(closed, "version"));

        Assert.Empty(_cli.Error);
    }

    [Fact]
    public async Task An_error_is_said_even_when_nobody_reads_the_output()
    {
        using FailingStream closed = new(() => new OutputClosedException());

        Assert.Equal(ExitCode.Usage, await _cli.RunWithOutputAsync(closed, "frobnicate"));

        Assert.Contains("unknown command", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_whose_output_nobody_reads_ends_when_it_is_stopped()
    {
        using ManualResetEventSlim waits = new();
        using ManualResetEventSlim read = new();
        using CancellationTokenSource stop = new();
        using FailingStream full = new(() =>
        {
            waits.Set();
            read.Wait();
            return new OutputClosedException();
        });
        Task<ExitCode> command = Task.Run(() => _cli.RunAsync(["version"], full, stop.Token));
        waits.Wait();
        Assert.False(command.IsCompleted);

        await stop.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await command.WaitAsync(TimeSpan.FromMinutes(1)));
        read.Set();
    }

    private sealed class FailingStream(Func<Exception> failure) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!buffer.IsEmpty)
            {
                throw failure();
            }
        }
    }
}
