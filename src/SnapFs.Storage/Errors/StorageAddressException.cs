namespace SnapFs.Storage;

/// <summary>What should say where a repository lies is not an address, or one of a kind that this version lacks.</summary>
public sealed class StorageAddressException(string message, Exception? inner = null) : SnapFsException(message, inner)
{
    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Usage;
}
