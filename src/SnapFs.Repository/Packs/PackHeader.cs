using System.Buffers.Binary;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Packs;

/// <summary>The beginning of a pack, in the clear (<c>docs/format.md</c> section 5.2).</summary>
/// <param name="Domain">The domain it belongs to.</param>
/// <param name="Epoch">The epoch whose keys seal it.</param>
/// <param name="Kind">What its chunks hold.</param>
/// <param name="Salt">16 random bytes.</param>
internal readonly record struct PackHeader(ShortId Domain, uint Epoch, ChunkKind Kind, ReadOnlyMemory<byte> Salt)
{
    /// <summary>Its bytes; the first frame follows.</summary>
    internal const int Length = Envelope.HeaderLength + ShortId.Length + (2 * sizeof(uint)) + FrameCipher.SaltLength;

    private const int EpochAt = Envelope.HeaderLength + ShortId.Length;
    private const int SaltAt = EpochAt + (2 * sizeof(uint));

    /// <summary>The header as it stands in the pack.</summary>
    internal byte[] ToArray()
    {
        ByteWriter writer = new(Length);
        Envelope.WriteHeader(writer, FormatKind.Pack);
        writer.Bytes(Domain.ToArray());
        writer.UInt32(Epoch);
        writer.UInt32((uint)Kind);
        writer.Bytes(Salt.Span);
        return writer.ToArray();
    }

    /// <summary>Reads the first <see cref="Length"/> bytes of a pack.</summary>
    /// <exception cref="DamagedException">It is no pack.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal static PackHeader Read(ReadOnlySpan<byte> start, string name)
    {
        FormatKind kind = Envelope.KindOf(start, name);
        if (kind != FormatKind.Pack || start.Length < Length)
        {
            throw new DamagedException(name, $"it is of kind {(byte)kind}, not {(byte)FormatKind.Pack}");
        }

        uint chunks = BinaryPrimitives.ReadUInt32LittleEndian(start[(EpochAt + sizeof(uint))..]);
        return chunks is (uint)ChunkKind.Data or (uint)ChunkKind.Tree
            ? new PackHeader(
                ShortId.Read(start[Envelope.HeaderLength..]),
                BinaryPrimitives.ReadUInt32LittleEndian(start[EpochAt..]),
                (ChunkKind)chunks,
                start.Slice(SaltAt, FrameCipher.SaltLength).ToArray())
            : throw new DamagedException(name, $"no pack holds chunks of kind {chunks}");
    }
}
