namespace SnapFs.Afs.Importing;

/// <summary>The scratch file of an import cannot be written, mostly because its disk is full.</summary>
public sealed class ScratchException : SnapFsException
{
    /// <summary><c>ENOSPC</c> and <c>EDQUOT</c> of Linux, which .NET hands on as they are.</summary>
    private const int NoSpace = 28;
    private const int NoQuota = 122;

    /// <param name="directory">Where the file is.</param>
    /// <param name="cause">What the system said.</param>
    public ScratchException(string directory, Exception cause)
        : base($"no scratch file can be written in {directory}: {Reason(cause)}", cause) =>
        Kind = cause.HResult is NoSpace or NoQuota ? ErrorKind.StorageFull : ErrorKind.StorageUnavailable;

    /// <inheritdoc/>
    public override ErrorKind Kind { get; }

    private static string Reason(Exception cause) => cause.Message.TrimEnd('.');
}
