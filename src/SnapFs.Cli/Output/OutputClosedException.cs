namespace SnapFs.Cli.Output;

/// <summary>The reader of our output has gone; there is nothing left to say and nobody to say it to.</summary>
internal sealed class OutputClosedException() : SnapFsException("the output was closed")
{
    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Output;
}
