using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>
/// Encrypts and decrypts the frames of one pack: AES-256-GCM under keys derived from the run's key and the pack's salt
/// (<c>docs/format.md</c>). A stored frame is nonce(12) ‖ ciphertext ‖ tag(16).
/// </summary>
/// <remarks>
/// The nonce is a MAC of what names the frame, of its codec and its length, so that a machine that is resumed twice from one image
/// repeats nonces only together with what they encrypt. Safe for concurrent use, except for <see cref="Dispose"/>.
/// </remarks>
public sealed class FrameCipher : IDisposable
{
    /// <summary>Length of a run key, bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>Length of a pack salt, bytes.</summary>
    public const int SaltLength = 16;

    /// <summary>Length of the nonce that starts a stored frame, bytes.</summary>
    public const int NonceLength = 12;

    /// <summary>Length of the tag that ends a stored frame, bytes.</summary>
    public const int TagLength = 16;

    /// <summary>What a stored frame is longer than what it encrypts, bytes.</summary>
    public const int Overhead = NonceLength + TagLength;

    /// <summary>The longest nonce input, bytes.</summary>
    public const int MaxNonceInputLength = 64;

    private const int AssociatedDataLength = LengthPrefix.Size + 5 + SaltLength + 1 + sizeof(uint);

    private readonly AesGcmPool _cipher;
    private readonly byte[] _nonceKey = GC.AllocateArray<byte>(KeyLength, pinned: true);
    private readonly byte[] _salt;

    /// <summary>Derives the keys of one pack.</summary>
    /// <param name="runKey"><see cref="KeyLength"/> bytes; the caller still zeroes them.</param>
    /// <param name="salt"><see cref="SaltLength"/> bytes.</param>
    public FrameCipher(ReadOnlySpan<byte> runKey, ReadOnlySpan<byte> salt)
    {
        CheckLengths(runKey, salt);
        _salt = salt.ToArray();
        Span<byte> key = stackalloc byte[KeyLength];
        KeyDerivation.Derive(runKey, "frame", salt, key);
        _cipher = new AesGcmPool(key);
        CryptographicOperations.ZeroMemory(key);
        KeyDerivation.Derive(runKey, "frame-nonce", salt, _nonceKey);
    }

    /// <summary>Encrypts one frame.</summary>
    /// <param name="nonceInput">What names the frame within the pack, for example its chunk id;
    /// at most <see cref="MaxNonceInputLength"/> bytes.</param>
    /// <param name="codec">How <paramref name="content"/> is encoded; authenticated.</param>
    /// <param name="content">What is encrypted: the bytes after the codec.</param>
    /// <param name="plainLength">Length before the codec, bytes; authenticated.</param>
    /// <param name="destination">Receives content length + <see cref="Overhead"/> bytes; exactly that long.</param>
    public void Encrypt(
        ReadOnlySpan<byte> nonceInput,
        byte codec,
        ReadOnlySpan<byte> content,
        uint plainLength,
        Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nonceInput.Length, MaxNonceInputLength, nameof(nonceInput));
        ArgumentOutOfRangeException.ThrowIfNotEqual(
            destination.Length, content.Length + Overhead, nameof(destination));

        Span<byte> named = stackalloc byte[LengthPrefix.Size + nonceInput.Length + 1 + sizeof(uint)];
        Span<byte> rest = LengthPrefix.Write(named, nonceInput);
        rest[0] = codec;
        BinaryPrimitives.WriteUInt32LittleEndian(rest[1..], (uint)content.Length);
        Span<byte> mac = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(_nonceKey, named, mac);
        Span<byte> nonce = destination[..NonceLength];
        mac[..NonceLength].CopyTo(nonce);

        Span<byte> associatedData = stackalloc byte[AssociatedDataLength];
        WriteAssociatedData(associatedData, codec, plainLength);
        _cipher.Encrypt(
            nonce, content, destination[NonceLength..^TagLength], destination[^TagLength..], associatedData);
    }

    /// <summary>Decrypts one frame and checks that it is what this pack's key, codec and plain length belong to.</summary>
    /// <param name="stored">The frame as <see cref="Encrypt"/> wrote it.</param>
    /// <param name="codec">The codec that the index claims.</param>
    /// <param name="plainLength">The length before the codec that the index claims.</param>
    /// <param name="destination">Receives the content; exactly stored length - <see cref="Overhead"/> bytes.</param>
    /// <returns>False when the frame is forged, damaged or too short; then <paramref name="destination"/> holds nothing
    /// of it.</returns>
    public bool TryDecrypt(ReadOnlySpan<byte> stored, byte codec, uint plainLength, Span<byte> destination)
    {
        if (stored.Length < Overhead || destination.Length != stored.Length - Overhead)
        {
            return false;
        }

        Span<byte> associatedData = stackalloc byte[AssociatedDataLength];
        WriteAssociatedData(associatedData, codec, plainLength);
        return _cipher.TryDecrypt(
            stored[..NonceLength],
            stored[NonceLength..^TagLength],
            stored[^TagLength..],
            destination,
            associatedData);
    }

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_nonceKey);
    }

    private static void CheckLengths(ReadOnlySpan<byte> runKey, ReadOnlySpan<byte> salt)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(runKey.Length, KeyLength, nameof(runKey));
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltLength, nameof(salt));
    }

    private void WriteAssociatedData(Span<byte> destination, byte codec, uint plainLength)
    {
        Span<byte> rest = LengthPrefix.Write(destination, "frame"u8);
        _salt.CopyTo(rest);
        rest[SaltLength] = codec;
        BinaryPrimitives.WriteUInt32LittleEndian(rest[(SaltLength + 1)..], plainLength);
    }
}
