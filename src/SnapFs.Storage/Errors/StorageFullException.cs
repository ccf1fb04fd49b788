namespace SnapFs.Storage;

/// <summary>The storage has no room, or the quota is used up. What was stored before is untouched.</summary>
public sealed class StorageFullException : SnapFsException
{
    /// <param name="name">What was to be stored.</param>
    /// <param name="place">Where.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public StorageFullException(ObjectName name, string place, Exception? inner = null)
        : base(
            $"No space left at {place} to store {name}: free some or give the repository more, then run again; "
                + "what was stored so far is kept.",
            inner) => Errno = FileSystemException.ErrnoOf(inner);

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.StorageFull;
}
