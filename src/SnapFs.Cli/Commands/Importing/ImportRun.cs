using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Importing;

namespace SnapFs.Cli.Commands.Importing;

/// <summary>What <c>snapfs import</c> does, whichever program it takes from.</summary>
internal static class ImportRun
{
    /// <summary>What is said when it was stopped.</summary>
    public const string WhenStopped = "stopped; the snapshots that were named above are taken over, the next run goes on after them";

    /// <summary>What holds for each program.</summary>
    public static readonly IReadOnlyList<string> Notes =
    [
        "The oldest comes first. A snapshot that is here already, by its id in a tag, is passed over: a run that was stopped is "
            + "gone on with by the next. What was restored is compared with what the other program lists; a snapshot that it cannot give "
            + "whole is named and not taken, and the exit code is 3.",
        "The scratch directory holds one snapshot at a time, with its owners, device files and attributes: that takes root, its room and "
            + "a file system that keeps them. --scratch names one with room; it is emptied in the end, after a kill by the next run.",
    ];

    public static async Task<ExitCode> RunAsync(
        CommandContext context, ImportFlags flags, ForeignProgram program, CancellationToken cancellationToken)
    {
        ForeignImportRequest request = flags.Read(context, program);
        await using RepositoryConnection connection = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        ImportView view = new(context.Output, program, request, context.Settings.Debug);
        ForeignImportJob job = new(connection, request, context.Observer, view);
        ForeignImportSummary summary = await job.RunAsync(cancellationToken).ConfigureAwait(false);
        view.Show(summary);
        return summary.Failed > 0 || !summary.IsRepositoryWhole ? ExitCode.Partial : ExitCode.Success;
    }
}
