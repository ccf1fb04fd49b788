namespace SnapFs.Cryptography;

/// <summary>Turns a passphrase into a key.</summary>
public static class Passwords
{
    /// <summary>Length of a salt, bytes.</summary>
    public const int SaltLength = Interop.Libsodium.crypto_pwhash_SALTBYTES;

    /// <summary>Length of a derived key, bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>Argon2id version 1.3 with one lane.</summary>
    /// <param name="password">The passphrase, as bytes; the caller zeroes it.</param>
    /// <param name="salt"><see cref="SaltLength"/> bytes.</param>
    /// <param name="parameters">Must be <see cref="Argon2Parameters.IsAcceptable"/>.</param>
    /// <param name="key">Receives <see cref="KeyLength"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameters are below the floor or above the bound.</exception>
    /// <exception cref="PasswordMemoryException">The machine does not have the memory that the parameters ask for.</exception>
    public static void DeriveKey(
        ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, in Argon2Parameters parameters, Span<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltLength, nameof(salt));
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength, nameof(key));
        if (!parameters.IsAcceptable)
        {
            throw new ArgumentOutOfRangeException(
                nameof(parameters), parameters, "The costs of Argon2id are below the floor or above the bound.");
        }

        int result = Interop.Libsodium.crypto_pwhash(
            key,
            (ulong)key.Length,
            password,
            (ulong)password.Length,
            salt,
            parameters.Passes,
            checked((nuint)parameters.MemoryKiB * 1024),
            Interop.Libsodium.crypto_pwhash_ALG_ARGON2ID13);
        if (result != 0)
        {
            throw new PasswordMemoryException(parameters);
        }
    }
}
