using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace SnapFs.Objects;

/// <summary>16 bytes that name a domain, a run, or, as the beginning of the SHA-256 of a public key, who holds that key.</summary>
/// <param name="Value">The bytes, the first one highest.</param>
public readonly record struct ShortId(UInt128 Value)
{
    /// <summary>Bytes in an id.</summary>
    public const int Length = 16;

    /// <summary>A new name for a domain or a run.</summary>
    public static ShortId Random() => Read(RandomNumberGenerator.GetBytes(Length));

    /// <summary>The id of whoever holds the private key of <paramref name="publicKey"/>.</summary>
    public static ShortId OfKey(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(publicKey, hash);
        return Read(hash);
    }

    /// <summary>Reads the first <see cref="Length"/> bytes of <paramref name="source"/>.</summary>
    public static ShortId Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt128BigEndian(source));

    /// <summary>Reads 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out ShortId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (hex.Length != 2 * Length
            || hex.IndexOfAnyInRange('A', 'F') >= 0
            || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        id = Read(bytes);
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void WriteTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>The <see cref="Length"/> bytes.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Length];
        WriteTo(bytes);
        return bytes;
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
