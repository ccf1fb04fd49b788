using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>
/// Says which key a signature is to be checked with: the first 8 bytes of the SHA-256 of the public key. A hint to find
/// the key, never a proof.
/// </summary>
/// <param name="Value">The 8 bytes, the first one highest.</param>
public readonly record struct SignerId(ulong Value)
{
    /// <summary>Length in bytes.</summary>
    public const int Length = sizeof(ulong);

    /// <summary>The id of a public key.</summary>
    public static SignerId Of(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(publicKey, hash);
        return Read(hash);
    }

    /// <summary>Reads the first <see cref="Length"/> bytes of <paramref name="source"/>.</summary>
    public static SignerId Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt64BigEndian(source));

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void WriteTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    /// <summary>16 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
