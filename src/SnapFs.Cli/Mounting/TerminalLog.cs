using SnapFs.Cli.Output;

namespace SnapFs.Cli.Mounting;

/// <summary>Standard error, for a mount that stays in the foreground.</summary>
internal sealed class TerminalLog(CommandOutput output) : IMountLog
{
    /// <inheritdoc/>
    public void Write(MountLogLevel level, string message)
    {
        if (level == MountLogLevel.Error || !output.IsQuiet)
        {
            output.Error(message);
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
}
