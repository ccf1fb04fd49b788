namespace SnapFs.Repository;

/// <summary>The passphrase or key opens nothing in this repository.</summary>
public sealed class WrongKeyException : SnapFsException
{
    /// <param name="message">One line for the user: what did not open what.</param>
    public WrongKeyException(string message)
        : base(message)
    {
    }

    /// <summary>Whether it was a passphrase that opened nothing, where another may.</summary>
    public bool MayBeMistyped { get; init; }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.WrongKey;
}
