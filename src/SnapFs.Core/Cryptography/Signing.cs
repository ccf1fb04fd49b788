using NSec.Cryptography;
using CryptographicException = System.Security.Cryptography.CryptographicException;

namespace SnapFs.Cryptography;

/// <summary>Ed25519 signatures (RFC 8032). Purpose and repository belong into the message.</summary>
public static class Signing
{
    /// <summary>Length of a seed, bytes.</summary>
    public const int SeedLength = 32;

    /// <summary>Length of a public key, bytes.</summary>
    public const int PublicKeyLength = 32;

    /// <summary>Length of a secret key, bytes: the seed and the public key.</summary>
    public const int SecretKeyLength = SeedLength + PublicKeyLength;

    /// <summary>Length of a signature, bytes.</summary>
    public const int SignatureLength = 64;

    static Signing() => NativeLibraries.EnsureResolver();

    /// <summary>Makes the key pair that belongs to a seed.</summary>
    public static void KeyPairFromSeed(ReadOnlySpan<byte> seed, Span<byte> publicKey, Span<byte> secretKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength, nameof(seed));
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyLength, nameof(publicKey));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, SecretKeyLength, nameof(secretKey));
        using Key key = Import(seed);
        if (!key.PublicKey.TryExport(KeyBlobFormat.RawPublicKey, publicKey, out int written) || written != PublicKeyLength)
        {
            throw new CryptographicException("There is no public key of this seed.");
        }

        seed.CopyTo(secretKey);
        publicKey.CopyTo(secretKey[SeedLength..]);
    }

    /// <summary>Signs a message; <paramref name="signature"/> takes <see cref="SignatureLength"/> bytes.</summary>
    public static void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, SecretKeyLength, nameof(secretKey));
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, SignatureLength, nameof(signature));
        using Key key = Import(secretKey[..SeedLength]);
        SignatureAlgorithm.Ed25519.Sign(key, message, signature);
    }

    /// <summary>Whether the owner of <paramref name="publicKey"/> signed the message.</summary>
    /// <returns>False also for a signature of another length.</returns>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyLength, nameof(publicKey));
        return signature.Length == SignatureLength
            && PublicKey.TryImport(
                SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? key)
            && SignatureAlgorithm.Ed25519.Verify(key!, message, signature); // not null: it was imported
    }

    private static Key Import(ReadOnlySpan<byte> seed) =>
        Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
}
