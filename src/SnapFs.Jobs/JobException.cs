namespace SnapFs.Jobs;

/// <summary>A command cannot do what it was asked, such as find a snapshot.</summary>
public sealed class JobException(ErrorKind kind, string message) : SnapFsException(message)
{
    /// <inheritdoc/>
    public override ErrorKind Kind => kind;
}
