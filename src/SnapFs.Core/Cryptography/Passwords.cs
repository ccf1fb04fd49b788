using NSec.Cryptography;
using CryptographicException = System.Security.Cryptography.CryptographicException;

namespace SnapFs.Cryptography;

/// <summary>Turns a passphrase into a key.</summary>
public static class Passwords
{
    /// <summary>Length of a salt, bytes.</summary>
    public const int SaltLength = 16;

    /// <summary>Length of a derived key, bytes.</summary>
    public const int KeyLength = 32;

    static Passwords() => NativeLibraries.EnsureResolver();

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

        Argon2id argon2 = new(new NSec.Cryptography.Argon2Parameters
        {
            DegreeOfParallelism = 1,
            MemorySize = parameters.MemoryKiB,
            NumberOfPasses = parameters.Passes,
        });
        try
        {
            argon2.DeriveBytes(password, salt, key);
        }
        catch (CryptographicException)
        {
            // All else that could be wrong was refused above.
            throw new PasswordMemoryException(parameters);
        }
    }
}
