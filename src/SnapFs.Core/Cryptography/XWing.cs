using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>
/// X-Wing (draft-connolly-cfrg-xwing-kem): a secret for the owner of a public key, kept from everybody else as long as one
/// of X25519 and ML-KEM-768 holds. Anyone can encapsulate, so a secret proves nothing about who made it.
/// </summary>
public static class XWing
{
    /// <summary>Length of a seed, which is also the secret key, bytes.</summary>
    public const int SeedLength = Interop.Libsodium.crypto_kem_xwing_SEEDBYTES;

    /// <summary>Length of a public key, bytes.</summary>
    public const int PublicKeyLength = Interop.Libsodium.crypto_kem_xwing_PUBLICKEYBYTES;

    /// <summary>Length of a ciphertext, bytes.</summary>
    public const int CiphertextLength = Interop.Libsodium.crypto_kem_xwing_CIPHERTEXTBYTES;

    /// <summary>Length of a shared secret, bytes.</summary>
    public const int SharedSecretLength = Interop.Libsodium.crypto_kem_xwing_SHAREDSECRETBYTES;

    /// <summary>Length of what <see cref="Encapsulate(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, Span{byte})"/>
    /// takes in place of random numbers, bytes.</summary>
    internal const int RandomnessLength = Interop.Libsodium.crypto_kem_xwing_ENCSEEDBYTES;

    /// <summary>Makes the public key that belongs to a seed.</summary>
    public static void PublicKeyFromSeed(ReadOnlySpan<byte> seed, Span<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength, nameof(seed));
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyLength, nameof(publicKey));
        Span<byte> secretKey = stackalloc byte[SeedLength];
        int result = Interop.Libsodium.crypto_kem_xwing_seed_keypair(publicKey, secretKey, seed);
        CryptographicOperations.ZeroMemory(secretKey);
        Require(result);
    }

    /// <summary>Makes a secret and the ciphertext that tells it to the owner of a public key. Every call makes another.</summary>
    /// <exception cref="CryptographicException">The public key is none, or one that hides nothing.</exception>
    public static void Encapsulate(ReadOnlySpan<byte> publicKey, Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        RequireLengths(publicKey, ciphertext, sharedSecret);
        Require(Interop.Libsodium.crypto_kem_xwing_enc(ciphertext, sharedSecret, publicKey));
    }

    /// <summary>The same, with given randomness: for known answers.</summary>
    internal static void Encapsulate(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> randomness, Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        RequireLengths(publicKey, ciphertext, sharedSecret);
        ArgumentOutOfRangeException.ThrowIfNotEqual(randomness.Length, RandomnessLength, nameof(randomness));
        Require(Interop.Libsodium.crypto_kem_xwing_enc_deterministic(ciphertext, sharedSecret, publicKey, randomness));
    }

    /// <summary>Finds the secret of a ciphertext.</summary>
    /// <param name="seed">The seed of the key that it was made for.</param>
    /// <param name="ciphertext">What <see cref="Encapsulate(ReadOnlySpan{byte}, Span{byte}, Span{byte})"/> made; if it was
    /// altered or made for another key, another secret comes out.</param>
    /// <param name="sharedSecret">Receives <see cref="SharedSecretLength"/> bytes.</param>
    /// <returns>False, with the secret zeroed, when the ciphertext is one that no encapsulation makes.</returns>
    public static bool TryDecapsulate(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength, nameof(seed));
        ArgumentOutOfRangeException.ThrowIfNotEqual(ciphertext.Length, CiphertextLength, nameof(ciphertext));
        ArgumentOutOfRangeException.ThrowIfNotEqual(sharedSecret.Length, SharedSecretLength, nameof(sharedSecret));
        if (Interop.Libsodium.crypto_kem_xwing_dec(sharedSecret, ciphertext, seed) == 0)
        {
            return true;
        }

        CryptographicOperations.ZeroMemory(sharedSecret);
        return false;
    }

    private static void RequireLengths(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> sharedSecret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyLength, nameof(publicKey));
        ArgumentOutOfRangeException.ThrowIfNotEqual(ciphertext.Length, CiphertextLength, nameof(ciphertext));
        ArgumentOutOfRangeException.ThrowIfNotEqual(sharedSecret.Length, SharedSecretLength, nameof(sharedSecret));
    }

    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new CryptographicException("libsodium refused the key.");
        }
    }
}
