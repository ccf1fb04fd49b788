namespace SnapFs.Files.Restores;

/// <summary>A restore cannot go on: the target cannot be used, or its disk is full.</summary>
public sealed class RestoreStoppedException : SnapFsException
{
    /// <param name="message">One line: the path, what is wrong with it, what the user can do.</param>
    public RestoreStoppedException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Target;
}
