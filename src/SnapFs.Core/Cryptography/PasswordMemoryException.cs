namespace SnapFs.Cryptography;

/// <summary>The memory that a passphrase slot asks for could not be had.</summary>
public sealed class PasswordMemoryException(in Argon2Parameters parameters) : SnapFsException(
    $"Deriving the key from the passphrase needs {parameters.MemoryKiB / 1024} MiB of memory: free some, "
        + "or use a key file.",
    null)
{
    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Environment;
}
