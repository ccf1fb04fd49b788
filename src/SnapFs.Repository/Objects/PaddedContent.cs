using SnapFs.Binary;
using SnapFs.Sizes;

namespace SnapFs.Repository.Objects;

/// <summary>Hides the length of what is encrypted: <c>u32 length ‖ content ‖ zeros</c> up to a Padmé length.</summary>
public static class PaddedContent
{
    /// <summary>Pads content before it is encrypted.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> content)
    {
        byte[] padded = new byte[PaddedLength(content.Length)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(padded, (uint)content.Length);
        content.CopyTo(padded.AsSpan(sizeof(uint)));
        return padded;
    }

    /// <summary>Length of <see cref="Wrap"/> for content of a length, bytes.</summary>
    public static int PaddedLength(int contentLength) => (int)Padme.RoundUp(sizeof(uint) + (long)contentLength);

    /// <summary>Returns the content.</summary>
    /// <exception cref="InvalidEncodingException">The length passes the end, or the filler is not zeros.</exception>
    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> padded)
    {
        ByteReader reader = new(padded.Span);
        uint length = reader.UInt32();
        reader.Bytes((int)Math.Min(length, int.MaxValue));
        return padded.Span[reader.Position..].ContainsAnyExcept((byte)0)
            ? throw new InvalidEncodingException("the filler after the content is not zeros")
            : padded.Slice(sizeof(uint), (int)length);
    }
}
