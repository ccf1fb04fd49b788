namespace SnapFs.Files.Backups;

/// <summary>The command whose output was to be backed up could not be run or failed; there is no snapshot.</summary>
public sealed class StreamCommandException : SnapFsException
{
    /// <param name="message">One line: the command and what became of it.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public StreamCommandException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Source;
}
