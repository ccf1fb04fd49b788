namespace SnapFs.Repository.Keys;

/// <summary>The last passphrase of a repository is not removed.</summary>
public sealed class LastSlotException : SnapFsException
{
    /// <summary>States what to do instead.</summary>
    public LastSlotException()
        : base("this is the repository's last passphrase: add another one first, or change it with 'snapfs key change'")
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Refused;
}
