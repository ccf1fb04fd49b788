using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>
/// Encrypts to a public key without a sender: X-Wing, then AES-256-GCM. A box is ciphertext(1120) ‖ encrypted message ‖
/// tag(16). Anyone can seal, so what is opened proves nothing about who sealed it.
/// </summary>
public static class KemBox
{
    /// <summary>What a box is longer than its message, bytes.</summary>
    public const int Overhead = XWing.CiphertextLength + FrameCipher.TagLength;

    /// <summary>Seals a message to a public key. Every call gives another box.</summary>
    /// <param name="publicKey"><see cref="XWing.PublicKeyLength"/> bytes.</param>
    /// <param name="info">What the box is bound to; not stored, needed again to open.</param>
    /// <param name="message">The message.</param>
    /// <param name="box">Receives message length + <see cref="Overhead"/> bytes, exactly.</param>
    /// <exception cref="CryptographicException">The public key is none, or one that hides nothing.</exception>
    public static void Seal(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> info, ReadOnlySpan<byte> message, Span<byte> box)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(box.Length, message.Length + Overhead, nameof(box));
        Span<byte> sharedSecret = stackalloc byte[XWing.SharedSecretLength];
        try
        {
            XWing.Encapsulate(publicKey, box[..XWing.CiphertextLength], sharedSecret);
            Encrypt(sharedSecret, info, message, box[XWing.CiphertextLength..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
        }
    }

    /// <summary>Opens a box.</summary>
    /// <param name="seed">The seed of the key that it was sealed to.</param>
    /// <param name="info">What it was sealed with.</param>
    /// <param name="box">What was sealed.</param>
    /// <param name="message">Receives the message; exactly box length - <see cref="Overhead"/> bytes.</param>
    /// <returns>False, with <paramref name="message"/> zeroed, when the box was sealed to another key or with another info,
    /// was altered, or does not have that length.</returns>
    public static bool TryOpen(
        ReadOnlySpan<byte> seed, ReadOnlySpan<byte> info, ReadOnlySpan<byte> box, Span<byte> message)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, XWing.SeedLength, nameof(seed));
        if (box.Length < Overhead || message.Length != box.Length - Overhead)
        {
            message.Clear();
            return false;
        }

        Span<byte> sharedSecret = stackalloc byte[XWing.SharedSecretLength];
        try
        {
            if (!XWing.TryDecapsulate(seed, box[..XWing.CiphertextLength], sharedSecret))
            {
                message.Clear();
                return false;
            }

            using AesGcm cipher = CreateCipher(sharedSecret, info);
            cipher.Decrypt(Nonce, box[XWing.CiphertextLength..^FrameCipher.TagLength], box[^FrameCipher.TagLength..], message);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false; // the cipher has zeroed the message
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
        }
    }

    /// <summary>Zeros: no two boxes have the same key.</summary>
    private static ReadOnlySpan<byte> Nonce => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static void Encrypt(
        ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, ReadOnlySpan<byte> message, Span<byte> sealedMessage)
    {
        using AesGcm cipher = CreateCipher(sharedSecret, info);
        cipher.Encrypt(Nonce, message, sealedMessage[..message.Length], sealedMessage[message.Length..]);
    }

    private static AesGcm CreateCipher(ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info)
    {
        Span<byte> key = stackalloc byte[FrameCipher.KeyLength];
        try
        {
            KeyDerivation.Derive(sharedSecret, "box", info, key);
            return new AesGcm(key, FrameCipher.TagLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
