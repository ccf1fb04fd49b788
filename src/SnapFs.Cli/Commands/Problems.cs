using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;

namespace SnapFs.Cli.Commands;

/// <summary>What went wrong beside the work that was done.</summary>
internal static class Problems
{
    /// <summary>Writes each to standard error.</summary>
    /// <returns>What a command ends with that did the rest: <see cref="CodeOf"/>.</returns>
    public static ExitCode Report(CommandOutput output, IReadOnlyList<SnapFsException> problems)
    {
        foreach (SnapFsException problem in problems)
        {
            output.Error(Problem.Of(problem));
        }

        return CodeOf(problems);
    }

    /// <summary>That of damage if there is any; the code of a partial result if objects cannot be read; success if there
    /// is nothing.</summary>
    public static ExitCode CodeOf(IReadOnlyList<SnapFsException> problems)
    {
        if (problems.Count == 0)
        {
            return ExitCode.Success;
        }

        SnapFsException? worst = problems.FirstOrDefault(problem => problem.Kind == ErrorKind.Damaged)
            ?? problems.FirstOrDefault(problem => problem.Kind != ErrorKind.StorageUnavailable);
        return worst is null ? ExitCode.Partial : ExitCodes.Of(worst.Kind);
    }
}
