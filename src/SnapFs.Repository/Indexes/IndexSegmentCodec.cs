using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Indexes;

/// <summary>Encodes index segments: which chunks lie where in some packs (<c>docs/format.md</c> section 6).</summary>
internal static class IndexSegmentCodec
{
    /// <summary>The largest segment a reader accepts, bytes.</summary>
    internal const int MaxLength = 256 * 1024 * 1024;

    /// <summary>Encodes, encrypts and signs a segment over packs of one kind.</summary>
    internal static byte[] Encode(IDomainKeys keys, ChunkKind kind, IReadOnlyList<IndexedPack> packs)
    {
        ByteWriter content = new(LengthOf(packs));
        content.Varint((ulong)packs.Count);
        ByteWriter description = new(64 * 1024);
        foreach (IndexedPack pack in packs)
        {
            content.Bytes(pack.Id.Span);
            content.Varint(pack.Length);
            content.Bytes(pack.Description.Salt);
            description.Clear();
            PackDescriptionCodec.Write(description, pack.Description);
            content.LengthPrefixed(description.Written);
        }

        byte[] padded = PaddedContent.Wrap(content.Written);
        ByteWriter segment = new(padded.Length + 512);
        SignedFields.Write(segment, FormatKind.IndexSegment, keys, (ulong)kind);
        segment.Bytes(Sealing.Seal(BodyKey(keys), segment.Written, padded));
        segment.Bytes(keys.Sign((byte)FormatKind.IndexSegment, segment.Written));
        return segment.ToArray();
    }

    /// <summary>Checks and decrypts a segment.</summary>
    /// <param name="keys">The keys of this process's domain.</param>
    /// <param name="segment">The whole object, its name already checked.</param>
    /// <param name="name">The object, for messages.</param>
    /// <returns>Nothing if the segment belongs to another domain.</returns>
    internal static List<IndexedPack>? Decode(IDomainKeys keys, ReadOnlySpan<byte> segment, string name)
    {
        try
        {
            return DecodeChecked(keys, segment, name);
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(name, e.Message, e);
        }
    }

    private static List<IndexedPack>? DecodeChecked(IDomainKeys keys, ReadOnlySpan<byte> segment, string name)
    {
        SignedFields fields = SignedFields.Read(keys, segment, FormatKind.IndexSegment, name);
        if (!fields.AreOf(keys))
        {
            return null;
        }

        ChunkKind kind = (ChunkKind)Math.Min(fields.Number, byte.MaxValue);
        int prefix = fields.End;
        ByteReader reader = new(segment[prefix..]);
        ReadOnlySpan<byte> body = reader.Bytes(Math.Max(0, reader.Remaining - Signing.SignatureLength));
        ReadOnlySpan<byte> signature = reader.Bytes(Signing.SignatureLength);
        if (!keys.Verify((byte)FormatKind.IndexSegment, fields.Signer, segment[..^Signing.SignatureLength], signature))
        {
            throw new DamagedException(name, "its signature is not that of an agent of this repository");
        }

        if (!Sealing.TryOpen(BodyKey(keys), segment[..prefix], body, out byte[]? padded))
        {
            throw new DamagedException(name, "it does not decrypt");
        }

        return ReadPacks(padded, kind, name);
    }

    private static List<IndexedPack> ReadPacks(byte[] padded, ChunkKind kind, string name)
    {
        ByteReader reader = new(PaddedContent.Unwrap(padded).Span);
        int count = reader.VarintInt32(reader.Remaining);
        List<IndexedPack> packs = [];
        for (int i = 0; i < count; i++)
        {
            ObjectId id = ObjectId.Read(reader.Bytes(ObjectId.Length));
            long packLength = reader.VarintInt64();
            if (packLength > uint.MaxValue)
            {
                throw new InvalidEncodingException("it lists a pack that is longer than offsets in it can say");
            }

            ReadOnlySpan<byte> salt = reader.Bytes(FrameCipher.SaltLength);
            PackDescription description = PackDescriptionCodec.Read(
                reader.LengthPrefixed(int.MaxValue), salt, packLength - PackLayout.TrailerLength, name);
            if (description.Kind != kind)
            {
                throw new InvalidEncodingException("it lists a pack of another kind");
            }

            packs.Add(new IndexedPack(id, packLength, description));
        }

        reader.End();
        return packs;
    }

    /// <summary>At least the bytes of the content, nearly: a buffer of many MiB that grows leaves as much behind.</summary>
    private static int LengthOf(IReadOnlyList<IndexedPack> packs) => packs.Sum(pack =>
        512 + (pack.Description.Frames.Count * 16) + (pack.Description.Chunks.Count * (ChunkId.Length + 4)));

    private static byte[] BodyKey(IDomainKeys keys)
    {
        byte[] key = new byte[Sealing.KeyLength];
        KeyDerivation.Derive(keys.IndexKey, "index-segment", default, key);
        return key;
    }
}
