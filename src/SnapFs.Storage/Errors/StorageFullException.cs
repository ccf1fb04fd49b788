namespace SnapFs.Storage;

/// <summary>The storage has no room, or the quota is used up. What was stored before is untouched.</summary>
public sealed class StorageFullException(ObjectName name, string place, Exception? inner = null) : SnapFsException(
    $"No space left at {place} to store {name}: free some or give the repository more, then run again; "
        + "what was stored so far is kept.",
    inner)
{
    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.StorageFull;
}
