namespace SnapFs.Storage;

/// <summary>The storage could not be reached or failed to do what it was asked.</summary>
public class StorageUnavailableException : SnapFsException
{
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="inner">The cause, if there is one.</param>
    /// <param name="isTransient">Whether trying the same again may help.</param>
    public StorageUnavailableException(string message, Exception? inner = null, bool isTransient = true)
        : base(message, inner)
    {
        IsTransient = isTransient;
        Errno = FileSystemException.ErrnoOf(inner);
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.StorageUnavailable;

    /// <inheritdoc/>
    public override bool IsTransient { get; }
}
