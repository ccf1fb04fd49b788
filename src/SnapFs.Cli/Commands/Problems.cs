using SnapFs.Cli.Output;

namespace SnapFs.Cli.Commands;

/// <summary>What went wrong beside the work that was done.</summary>
internal static class Problems
{
    /// <summary>Writes each to standard error.</summary>
    /// <returns>That of damage if there is any; the code of a partial result if objects cannot be read; success if there
    /// is nothing.</returns>
    public static ExitCode Report(CommandOutput output, IReadOnlyList<SnapFsException> problems)
    {
        foreach (SnapFsException problem in problems)
        {
            output.Error(problem.Message);
        }

        return problems.Any(problem => problem.ExitCode == ExitCode.Damaged) ? ExitCode.Damaged
            : problems.FirstOrDefault(problem => problem.ExitCode != ExitCode.StorageUnavailable)?.ExitCode
            ?? (problems.Count > 0 ? ExitCode.Partial : ExitCode.Success);
    }
}
