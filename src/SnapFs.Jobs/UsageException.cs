namespace SnapFs.Jobs;

/// <summary>The command line or a variable is wrong; nothing was done.</summary>
public sealed class UsageException(string message) : SnapFsException(message)
{
    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Usage;
}
