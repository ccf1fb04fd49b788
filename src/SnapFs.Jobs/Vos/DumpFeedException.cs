namespace SnapFs.Jobs.Vos;

/// <summary>The dump that a command was fed with could not be read to its end.</summary>
internal sealed class DumpFeedException(VosResult result, SnapFsException cause)
    : SnapFsException(cause.Message, cause)
{
    /// <summary>How the command ended.</summary>
    public VosResult Result { get; } = result;

    /// <inheritdoc/>
    public override ErrorKind Kind { get; } = cause.Kind;
}
