namespace SnapFs.Repository.Keys;

/// <summary>A key file or a key on paper cannot be used.</summary>
public sealed class KeyFileException : SnapFsException
{
    /// <param name="finding">What is wrong with it and what to do, without a full stop.</param>
    public KeyFileException(string finding)
        : base($"the key cannot be used: {finding}")
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.WrongKey;
}
