using System.Buffers.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Indexes;

/// <summary>A pack in an index run: what is needed to read its frames, in 192 bytes.</summary>
/// <param name="Id">Names the pack.</param>
/// <param name="Length">Stored bytes.</param>
/// <param name="Epoch">The epoch its key is sealed to.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Salt">16 bytes.</param>
/// <param name="SealedKey">80 bytes.</param>
/// <param name="Commitment">32 bytes.</param>
internal sealed record PackRecord(
    ObjectId Id, long Length, uint Epoch, ChunkKind Kind, byte[] Salt, byte[] SealedKey, byte[] Commitment)
{
    private const int SaltAt = 48;
    private const int SealedKeyAt = 64;
    private const int CommitmentAt = 144;

    internal static void Write(in IndexedPack pack, Span<byte> record)
    {
        pack.Id.Span.CopyTo(record);
        BinaryPrimitives.WriteInt64LittleEndian(record[32..], pack.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[40..], pack.Description.Epoch);
        record[44] = (byte)pack.Description.Kind;
        pack.Description.Salt.CopyTo(record[SaltAt..]);
        pack.Description.SealedKey.CopyTo(record[SealedKeyAt..]);
        pack.Description.Commitment.CopyTo(record[CommitmentAt..]);
    }

    internal static PackRecord Read(ReadOnlySpan<byte> record) => new(
        ObjectId.Read(record),
        BinaryPrimitives.ReadInt64LittleEndian(record[32..]),
        BinaryPrimitives.ReadUInt32LittleEndian(record[40..]),
        (ChunkKind)record[44],
        record.Slice(SaltAt, FrameCipher.SaltLength).ToArray(),
        record.Slice(SealedKeyAt, PackDescriptionCodec.SealedKeyLength).ToArray(),
        record.Slice(CommitmentAt, FrameCipher.CommitmentLength).ToArray());
}
