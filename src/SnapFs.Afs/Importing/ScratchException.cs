namespace SnapFs.Afs.Importing;

/// <summary>The scratch file of an import cannot be written, mostly because its disk is full, or cannot be read back.</summary>
public sealed class ScratchException : SnapFsException
{
    /// <param name="directory">Where the file is.</param>
    /// <param name="cause">What the system said.</param>
    public ScratchException(string directory, Exception cause)
        : base($"no scratch file can be kept in {directory}: {SystemText.Of(cause)}", cause) =>
        Kind = FullDisk.IsSaidBy(cause.HResult) ? ErrorKind.StorageFull : ErrorKind.StorageUnavailable;

    /// <inheritdoc/>
    public override ErrorKind Kind { get; }
}
