using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>
/// Encrypts to a public key without a sender: libsodium's sealed box (X25519, XSalsa20-Poly1305). Anyone can seal, so
/// what is opened proves nothing about who sealed it.
/// </summary>
public static class SealedBox
{
    /// <summary>Length of a seed, bytes.</summary>
    public const int SeedLength = Interop.Libsodium.crypto_box_SEEDBYTES;

    /// <summary>Length of a public key, bytes.</summary>
    public const int PublicKeyLength = Interop.Libsodium.crypto_box_PUBLICKEYBYTES;

    /// <summary>Length of a secret key, bytes.</summary>
    public const int SecretKeyLength = Interop.Libsodium.crypto_box_SECRETKEYBYTES;

    /// <summary>What a box is longer than its message, bytes.</summary>
    public const int Overhead = Interop.Libsodium.crypto_box_SEALBYTES;

    /// <summary>Makes the key pair that belongs to a seed.</summary>
    public static void KeyPairFromSeed(ReadOnlySpan<byte> seed, Span<byte> publicKey, Span<byte> secretKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength, nameof(seed));
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyLength, nameof(publicKey));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, SecretKeyLength, nameof(secretKey));
        Require(Interop.Libsodium.crypto_box_seed_keypair(publicKey, secretKey, seed));
    }

    /// <summary>Seals a message to a public key. Every call gives another box.</summary>
    /// <exception cref="CryptographicException">The public key is one that hides nothing (of low order).</exception>
    public static byte[] Seal(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyLength, nameof(publicKey));
        byte[] box = new byte[message.Length + Overhead];
        Require(Interop.Libsodium.crypto_box_seal(box, message, (ulong)message.Length, publicKey));
        return box;
    }

    /// <summary>Opens a box.</summary>
    /// <param name="publicKey">The key it was sealed to.</param>
    /// <param name="secretKey">The secret key of the same pair.</param>
    /// <param name="box">What <see cref="Seal"/> returned.</param>
    /// <param name="message">Receives the message; exactly box length - <see cref="Overhead"/> bytes.</param>
    /// <returns>False when the box was sealed to another key, was altered, or does not have that length.</returns>
    public static bool TryOpen(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> box, Span<byte> message)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyLength, nameof(publicKey));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, SecretKeyLength, nameof(secretKey));
        return box.Length >= Overhead
            && message.Length == box.Length - Overhead
            && Interop.Libsodium.crypto_box_seal_open(message, box, (ulong)box.Length, publicKey, secretKey) == 0;
    }

    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new CryptographicException("libsodium refused the key.");
        }
    }
}
