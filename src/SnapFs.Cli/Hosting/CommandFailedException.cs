namespace SnapFs.Cli.Hosting;

/// <summary>A command cannot do what it was asked, such as find a snapshot.</summary>
internal sealed class CommandFailedException(string message, ExitCode exitCode = ExitCode.Failed)
    : SnapFsException(message)
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => exitCode;
}
