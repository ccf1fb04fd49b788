namespace SnapFs.Cli.Output;

/// <summary>Output could not be written, for example because the disk it goes to is full.</summary>
internal sealed class OutputFailedException(string finding)
    : SnapFsException($"the output cannot be written: {finding}; free space or write it elsewhere")
{
    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Output;
}
