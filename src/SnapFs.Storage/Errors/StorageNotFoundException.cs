namespace SnapFs.Storage;

/// <summary>There is nothing at an address: no directory, no bucket.</summary>
public sealed class StorageNotFoundException(StorageAddress address, string reason, Exception? inner = null)
    : SnapFsException(
        $"there is no repository at {address}: {reason}; check --repo, and whether its disk is mounted", inner)
{
    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.NoRepository;
}
