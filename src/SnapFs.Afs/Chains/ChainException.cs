namespace SnapFs.Afs.Chains;

/// <summary>An increment cannot be applied: the state before it is not the one that it goes on from.</summary>
public sealed class ChainException : SnapFsException
{
    /// <param name="message">One line that names the vnode.</param>
    public ChainException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.OtherDumpNeeded;
}
