using SnapFs.Repository.Checks;

namespace SnapFs.Cli.Output;

/// <summary>Shows how far a check is.</summary>
internal sealed class CheckProgressView : IProgress<CheckProgress>, IAsyncDisposable
{
    private readonly ProgressReporter _reporter;
    private readonly Lock _gate = new();
    private CheckProgress _last;

    /// <param name="output">Where.</param>
    public CheckProgressView(CommandOutput output) => _reporter = ProgressReporter.Start(output, State);

    /// <inheritdoc/>
    public void Report(CheckProgress value)
    {
        lock (_gate)
        {
            _last = value;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _reporter.DisposeAsync();

    private ProgressState State(TimeSpan elapsed)
    {
        lock (_gate)
        {
            return new ProgressState("check " + Word(_last.Phase), _last.Done, 0, null, elapsed)
            {
                ItemsTotal = _last.Total > 0 ? _last.Total : null,
                Items = _last.Phase == CheckPhase.Trees ? "pages" : "objects",
            };
        }
    }

    private static string Word(CheckPhase phase) => phase switch
    {
        CheckPhase.Keys => "keys",
        CheckPhase.Index => "index",
        CheckPhase.Packs => "packs",
        _ => "trees",
    };
}
