using SnapFs.Cli.Output;

namespace SnapFs.Cli.Mounting;

/// <summary>Standard error, for a mount that stays in the foreground.</summary>
internal sealed class TerminalLog(CommandOutput output) : IMountLog
{
    /// <inheritdoc/>
    public void Write(MountLogLevel level, string message)
    {
        if (IsWanted(level))
        {
            output.Note(message);
        }
    }

    /// <inheritdoc/>
    public void Write(MountLogLevel level, in Problem problem)
    {
        if (IsWanted(level))
        {
            output.Error(problem);
        }
    }

    /// <inheritdoc/>
    public void Reopen()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private bool IsWanted(MountLogLevel level) => level == MountLogLevel.Error || !output.IsQuiet;
}
