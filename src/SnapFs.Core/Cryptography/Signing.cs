using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>Ed25519 signatures (RFC 8032). Purpose and repository belong into the message.</summary>
public static class Signing
{
    /// <summary>Length of a seed, bytes.</summary>
    public const int SeedLength = Interop.Libsodium.crypto_sign_SEEDBYTES;

    /// <summary>Length of a public key, bytes.</summary>
    public const int PublicKeyLength = Interop.Libsodium.crypto_sign_PUBLICKEYBYTES;

    /// <summary>Length of a secret key, bytes: the seed and the public key.</summary>
    public const int SecretKeyLength = Interop.Libsodium.crypto_sign_SECRETKEYBYTES;

    /// <summary>Length of a signature, bytes.</summary>
    public const int SignatureLength = Interop.Libsodium.crypto_sign_BYTES;

    /// <summary>Makes the key pair that belongs to a seed.</summary>
    public static void KeyPairFromSeed(ReadOnlySpan<byte> seed, Span<byte> publicKey, Span<byte> secretKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength, nameof(seed));
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyLength, nameof(publicKey));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, SecretKeyLength, nameof(secretKey));
        Require(Interop.Libsodium.crypto_sign_seed_keypair(publicKey, secretKey, seed));
    }

    /// <summary>Signs a message; <paramref name="signature"/> takes <see cref="SignatureLength"/> bytes.</summary>
    public static void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, SecretKeyLength, nameof(secretKey));
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, SignatureLength, nameof(signature));
        Require(Interop.Libsodium.crypto_sign_detached(signature, 0, message, (ulong)message.Length, secretKey));
    }

    /// <summary>Whether the owner of <paramref name="publicKey"/> signed the message.</summary>
    /// <returns>False also for a signature of another length.</returns>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyLength, nameof(publicKey));
        return signature.Length == SignatureLength
            && Interop.Libsodium.crypto_sign_verify_detached(
                signature, message, (ulong)message.Length, publicKey) == 0;
    }

    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new CryptographicException("libsodium refused the key.");
        }
    }
}
