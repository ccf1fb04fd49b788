using System.Buffers.Binary;

namespace SnapFs.Cryptography;

/// <summary><c>lp(x)</c> of docs/format.md: the length as u32 little-endian, then the bytes.</summary>
public static class LengthPrefix
{
    public const int Size = sizeof(uint);

    /// <summary>Writes <c>lp(value)</c> at the start of <paramref name="destination"/> and returns what is behind it.</summary>
    public static Span<byte> Write(Span<byte> destination, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)value.Length);
        value.CopyTo(destination[Size..]);
        return destination[(Size + value.Length)..];
    }
}
