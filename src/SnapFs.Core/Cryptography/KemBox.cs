using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>
/// Encrypts to a public key without a sender: X-Wing, then <see cref="Sealing"/>. A box is ciphertext(1120) ‖ sealed message.
/// Anyone can seal, so what is opened proves nothing about who sealed it.
/// </summary>
/// <remarks>The message is sealed with a synthetic nonce: where a machine is resumed twice from one image, two boxes may have one
/// shared secret.</remarks>
public static class KemBox
{
    /// <summary>What a box is longer than its message, bytes.</summary>
    public const int Overhead = XWing.CiphertextLength + Sealing.Overhead;

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
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        try
        {
            XWing.Encapsulate(publicKey, box[..XWing.CiphertextLength], sharedSecret);
            DeriveKey(sharedSecret, info, key);
            Sealing.Seal(key, [], message).CopyTo(box[XWing.CiphertextLength..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
            CryptographicOperations.ZeroMemory(key);
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
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        try
        {
            if (!XWing.TryDecapsulate(seed, box[..XWing.CiphertextLength], sharedSecret))
            {
                message.Clear();
                return false;
            }

            DeriveKey(sharedSecret, info, key);
            bool opened = Sealing.TryOpen(key, [], box[XWing.CiphertextLength..], out byte[]? plain);
            (plain ?? new byte[message.Length]).CopyTo(message);
            CryptographicOperations.ZeroMemory(plain);
            return opened;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static void DeriveKey(ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, Span<byte> key) =>
        KeyDerivation.Derive(sharedSecret, "box", info, key);
}
