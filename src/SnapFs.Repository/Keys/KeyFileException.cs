namespace SnapFs.Repository.Keys;

/// <summary>A key file or a key on paper cannot be used.</summary>
public sealed class KeyFileException : SnapFsException
{
    /// <param name="finding">What is wrong with it and what to do, without a full stop.</param>
    /// <param name="kind">What happened: by default, that it opens nothing.</param>
    public KeyFileException(string finding, ErrorKind kind = ErrorKind.WrongKey)
        : base($"the key cannot be used: {finding}") => Kind = kind;

    /// <inheritdoc/>
    public override ErrorKind Kind { get; }
}
