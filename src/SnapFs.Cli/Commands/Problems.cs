using SnapFs.Cli.Output;

namespace SnapFs.Cli.Commands;

/// <summary>What went wrong beside the work that was done.</summary>
internal static class Problems
{
    /// <summary>Writes each to standard error.</summary>
    /// <returns>The exit code of the first, or success.</returns>
    public static ExitCode Report(CommandOutput output, IReadOnlyList<SnapFsException> problems)
    {
        foreach (SnapFsException problem in problems)
        {
            output.Error(problem.Message);
        }

        return problems.Count == 0 ? ExitCode.Success : problems[0].ExitCode;
    }
}
