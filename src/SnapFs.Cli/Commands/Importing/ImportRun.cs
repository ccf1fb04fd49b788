using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Importing;

namespace SnapFs.Cli.Commands.Importing;

/// <summary>What <c>snapfs import</c> does, whichever program it takes from.</summary>
internal static class ImportRun
{
    /// <summary>What holds for each program.</summary>
    private static readonly IReadOnlyList<string> Notes =
    [
        "The oldest comes first. A snapshot that is here already, by its id in a tag, is passed over: a run that was stopped is "
            + "gone on with by the next. What was restored is compared with what the other program lists; a snapshot that it cannot give "
            + "whole is named and not taken, and the exit code is 3.",
        "The scratch directory holds one snapshot at a time, with its owners, device files and attributes: that takes root, its room and "
            + "a file system that keeps them. --scratch names one with room; it is emptied in the end, after a kill by the next run.",
    ];

    /// <summary>Makes the command for a program.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What the command does.</param>
    /// <param name="repository">What the argument is.</param>
    /// <param name="note">How the program is run.</param>
    /// <param name="examples">How the command is used.</param>
    /// <param name="find">Finds the program, in the directories of a path, for a repository that it locks or not.</param>
    public static CliCommand Create(
        string name,
        string description,
        string repository,
        string note,
        IReadOnlyList<Example> examples,
        Func<string?, string, bool, ForeignProgram> find)
    {
        ImportFlags flags = new(repository);
        return new CliCommand(name, description)
        {
            TimeToEnd = CliCommand.LongTimeToEnd,
            WhenStopped = "stopped; the snapshots that were named above are taken over, the next run goes on after them",
            Run = (context, cancellationToken) => RunAsync(
                context,
                flags,
                find(context.Environment.NonEmpty("PATH"), flags.RepositoryOf(context), flags.Locks(context)),
                cancellationToken),
            Arguments = { flags.Repository },
            Options = { flags.Options },
            Notes = [note, .. Notes],
            Examples = examples,
        };
    }

    private static async Task<ExitCode> RunAsync(
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
