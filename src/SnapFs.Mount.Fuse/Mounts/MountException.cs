namespace SnapFs.Mount.Fuse.Mounts;

/// <summary>A file system cannot be mounted or unmounted. The message says what stands in the way and what helps.
/// </summary>
public sealed class MountException : SnapFsException
{
    /// <param name="message">One line.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public MountException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Environment;
}
