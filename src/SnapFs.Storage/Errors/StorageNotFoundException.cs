namespace SnapFs.Storage;

/// <summary>There is nothing at an address: no directory, no bucket.</summary>
public sealed class StorageNotFoundException : SnapFsException
{
    /// <param name="address">Where.</param>
    /// <param name="reason">What is there instead, without a full stop.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public StorageNotFoundException(StorageAddress address, string reason, Exception? inner = null)
        : base($"there is no repository at {address}: {reason}; check --repo, and whether its disk is mounted", inner) =>
        Errno = FileSystemException.ErrnoOf(inner);

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.NoRepository;
}
