using System.Security.Cryptography;
using System.Text;

namespace SnapFs.Cryptography;

/// <summary>Derives every key of the format from another: HKDF-SHA-256 with separated purposes.</summary>
public static class KeyDerivation
{
    /// <summary>The most bytes one call can derive: 255 blocks of SHA-256.</summary>
    public const int MaxLength = 255 * SHA256.HashSizeInBytes;

    private const int StackLimit = 512;

    /// <summary>
    /// HKDF-SHA-256 with an empty salt and info = lp("snapfs") ‖ lp(purpose) ‖ lp(context), where lp(x) is the length
    /// as u32 little-endian and then x.
    /// </summary>
    /// <param name="secret">The input key.</param>
    /// <param name="purpose">What the result is for; UTF-8.</param>
    /// <param name="context">What the result is bound to, for example a salt; may be empty.</param>
    /// <param name="destination">Filled; at most <see cref="MaxLength"/> bytes.</param>
    public static void Derive(
        ReadOnlySpan<byte> secret, string purpose, ReadOnlySpan<byte> context, Span<byte> destination)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, MaxLength, nameof(destination));

        int purposeLength = Encoding.UTF8.GetByteCount(purpose);
        int infoLength = (3 * LengthPrefix.Size) + "snapfs"u8.Length + purposeLength + context.Length;
        Span<byte> info = infoLength <= StackLimit ? stackalloc byte[infoLength] : new byte[infoLength];
        Span<byte> encodedPurpose = purposeLength <= StackLimit ? stackalloc byte[purposeLength] : new byte[purposeLength];
        Encoding.UTF8.GetBytes(purpose, encodedPurpose);
        LengthPrefix.Write(LengthPrefix.Write(LengthPrefix.Write(info, "snapfs"u8), encodedPurpose), context);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, destination, salt: [], info);
    }
}
