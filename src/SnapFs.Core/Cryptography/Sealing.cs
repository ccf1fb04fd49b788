using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>
/// Authenticated encryption of single messages: AES-256-GCM with a synthetic nonce, so that no counter and no random
/// number has to be right. A sealed message is nonce(12) ‖ ciphertext ‖ tag(16).
/// </summary>
public static class Sealing
{
    /// <summary>Length of a key, bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>What a sealed message is longer than its plain text, bytes.</summary>
    public const int Overhead = FrameCipher.Overhead;

    /// <summary>Seals a message. The same input gives the same output.</summary>
    /// <param name="key"><see cref="KeyLength"/> bytes.</param>
    /// <param name="associatedData">Authenticated, not stored: needed again to open.</param>
    /// <param name="plain">The message.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plain)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength, nameof(key));
        byte[] result = new byte[plain.Length + Overhead];
        Span<byte> nonce = result.AsSpan(0, FrameCipher.NonceLength);
        SyntheticNonce(key, associatedData, plain, nonce);
        using AesGcm cipher = CreateCipher(key);
        cipher.Encrypt(
            nonce,
            plain,
            result.AsSpan(FrameCipher.NonceLength, plain.Length),
            result.AsSpan(result.Length - FrameCipher.TagLength),
            associatedData);
        return result;
    }

    /// <summary>Opens a sealed message.</summary>
    /// <param name="key">The key it was sealed with.</param>
    /// <param name="associatedData">What it was sealed with.</param>
    /// <param name="message">What <see cref="Seal"/> returned.</param>
    /// <param name="plain">The message, or null.</param>
    /// <returns>False when the key is another one, or the message or its associated data were altered.</returns>
    public static bool TryOpen(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> message,
        [NotNullWhen(true)] out byte[]? plain)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength, nameof(key));
        plain = null;
        if (message.Length < Overhead)
        {
            return false;
        }

        using AesGcm cipher = CreateCipher(key);
        byte[] result = new byte[message.Length - Overhead];
        try
        {
            cipher.Decrypt(
                message[..FrameCipher.NonceLength],
                message[FrameCipher.NonceLength..^FrameCipher.TagLength],
                message[^FrameCipher.TagLength..],
                result,
                associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        // GCM alone lets a message be made that opens under many keys; one whose nonce has to agree as well cannot be.
        Span<byte> nonce = stackalloc byte[FrameCipher.NonceLength];
        SyntheticNonce(key, associatedData, result, nonce);
        if (!CryptographicOperations.FixedTimeEquals(nonce, message[..FrameCipher.NonceLength]))
        {
            CryptographicOperations.ZeroMemory(result);
            return false;
        }

        plain = result;
        return true;
    }

    private static AesGcm CreateCipher(ReadOnlySpan<byte> key)
    {
        Span<byte> derived = stackalloc byte[KeyLength];
        KeyDerivation.Derive(key, "seal-key", [], derived);
        AesGcm cipher = new(derived, FrameCipher.TagLength);
        CryptographicOperations.ZeroMemory(derived);
        return cipher;
    }

    private static void SyntheticNonce(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plain, Span<byte> nonce)
    {
        Span<byte> derived = stackalloc byte[KeyLength];
        KeyDerivation.Derive(key, "seal-nonce", [], derived);
        using IncrementalHash mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, derived);
        CryptographicOperations.ZeroMemory(derived);
        AppendPrefixed(mac, associatedData);
        AppendPrefixed(mac, plain);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        mac.GetHashAndReset(hash);
        hash[..nonce.Length].CopyTo(nonce);
    }

    private static void AppendPrefixed(IncrementalHash mac, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[LengthPrefix.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)value.Length);
        mac.AppendData(length);
        mac.AppendData(value);
    }
}
