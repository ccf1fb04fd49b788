namespace SnapFs.Jobs;

/// <summary>A command cannot do what it was asked, such as find a snapshot.</summary>
public sealed class JobException(string message, ExitCode exitCode = ExitCode.Failed)
    : SnapFsException(message)
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => exitCode;
}
