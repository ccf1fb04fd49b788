using SnapFs.Files.Backups;
using SnapFs.Files.Restores;

namespace SnapFs.Cli.Output;

/// <summary>Shows what a job meets.</summary>
/// <param name="output">Where.</param>
internal sealed class JobView(CommandOutput output) : IJobObserver
{
    /// <inheritdoc/>
    public bool WantsEstimate => output.ShowsBar;

    /// <summary>A list for people; programs get the counts.</summary>
    public Action<FileChange, byte[]>? OnChange => output.IsVerbose && !output.IsJson
        ? (change, path) => output.Line($"{(char)change} {SafeText.Of(path)}")
        : null;

    /// <inheritdoc cref="OnChange"/>
    public Action<RestoreChange, byte[]>? OnRestore => output.IsVerbose && !output.IsJson
        ? (change, path) => output.Line($"{(char)change} {SafeText.Of(path)}")
        : null;

    /// <inheritdoc/>
    public void Problem(Problem problem) => output.Error(problem);

    /// <inheritdoc/>
    public void Warning(string warning) => output.Warning(warning);

    /// <inheritdoc/>
    public void Warning(Problem warning) => output.Warning(warning);

    /// <inheritdoc/>
    public void Note(string note)
    {
        if (output.IsVerbose)
        {
            output.Warning(note);
        }
    }

    /// <inheritdoc/>
    public void Note(Problem note)
    {
        if (output.IsVerbose)
        {
            output.Warning(note);
        }
    }

    /// <inheritdoc/>
    public IAsyncDisposable Watch(Func<TimeSpan, ProgressState> read) => ProgressReporter.Start(output, read);
}
