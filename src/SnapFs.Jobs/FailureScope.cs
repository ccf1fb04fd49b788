namespace SnapFs.Jobs;

/// <summary>What a failure costs a command that works on many things one after another.</summary>
public static class FailureScope
{
    /// <summary>Whether it costs one of them, so that the others can be worked on all the same.</summary>
    public static bool IsOfOne(SnapFsException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Kind is not (ErrorKind.Usage
            or ErrorKind.NoRepository
            or ErrorKind.WrongKey
            or ErrorKind.StorageUnavailable
            or ErrorKind.StorageFull
            or ErrorKind.Output);
    }
}
