using System.Diagnostics;

namespace SnapFs.Cli.Output;

/// <summary>Shows progress from time to time until it is disposed of.</summary>
internal sealed class ProgressReporter : IAsyncDisposable
{
    private static readonly TimeSpan ForPeople = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ForPrograms = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _showing;

    private ProgressReporter(CommandOutput output, Func<TimeSpan, ProgressState> read) =>
        _showing = output.WantsProgress ? ShowAsync(output, read) : Task.CompletedTask;

    /// <summary>Begins to show.</summary>
    /// <param name="output">Where.</param>
    /// <param name="read">Gives the state after a time since the start; called on any thread.</param>
    public static ProgressReporter Start(CommandOutput output, Func<TimeSpan, ProgressState> read) =>
        new(output, read);

    /// <summary>Ends; the line of progress is gone afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _showing.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ShowAsync(CommandOutput output, Func<TimeSpan, ProgressState> read)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using PeriodicTimer timer = new(output.IsJson ? ForPrograms : ForPeople);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                output.Progress(read(watch.Elapsed));
            }
        }
        catch (OperationCanceledException)
        {
            output.EndProgress();
        }
    }
}
