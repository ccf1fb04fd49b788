namespace SnapFs.Files.Backups;

/// <summary>A source cannot be backed up at all; nothing was written.</summary>
public sealed class SourceException : SnapFsException
{
    /// <param name="message">One line: the path, what is wrong with it, what the user can do.</param>
    public SourceException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Source;
}
