namespace SnapFs.Repository.Keys;

/// <summary>A key file cannot be used.</summary>
public sealed class KeyFileException : SnapFsException
{
    /// <param name="finding">What is wrong with it, without a full stop.</param>
    public KeyFileException(string finding)
        : base($"the key file cannot be used: {finding}; export it again with 'snapfs key export --file'")
    {
    }

    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.WrongKey;
}
