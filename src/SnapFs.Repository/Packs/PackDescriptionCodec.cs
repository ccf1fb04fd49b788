using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Packs;

/// <summary>Encodes pack descriptions (<c>docs/format.md</c> section 5).</summary>
internal static class PackDescriptionCodec
{
    internal const int SealedKeyLength = FrameCipher.KeyLength + SealedBox.Overhead;

    /// <summary>Frames follow the header and the salt without a gap.</summary>
    internal const int FirstFrameOffset = PackLayout.HeaderLength + FrameCipher.SaltLength;

    /// <summary>Appends the description as a field list; the salt is not part of it.</summary>
    internal static void Write(ByteWriter writer, PackDescription pack, ReadOnlySpan<byte> encodedFrames)
    {
        FieldWriter fields = new(writer);
        fields.Bytes(1, pack.DomainId);
        fields.Number(3, pack.Epoch);
        fields.Number(5, (ulong)pack.Kind);
        fields.Bytes(7, pack.SealedKey);
        fields.Bytes(9, pack.Commitment);
        Span<byte> signer = stackalloc byte[SignerId.Length];
        pack.Signer.WriteTo(signer);
        fields.Bytes(11, signer);
        fields.Bytes(13, encodedFrames);
    }

    /// <summary>Appends the description as a field list; the salt is not part of it.</summary>
    internal static void Write(ByteWriter writer, PackDescription pack)
    {
        ByteWriter frames = new(pack.Chunks.Count * 36);
        foreach (PackFrame frame in pack.Frames)
        {
            WriteFrame(
                frames,
                in frame,
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pack.Chunks)
                    .Slice(frame.FirstChunk, frame.ChunkCount));
        }

        Write(writer, pack, frames.Written);
    }

    /// <summary>Appends one frame of the table.</summary>
    internal static void WriteFrame(ByteWriter writer, in PackFrame frame, ReadOnlySpan<PackChunk> chunks)
    {
        writer.Varint((ulong)frame.StoredLength);
        writer.Varint((ulong)frame.PlainLength);
        writer.Byte((byte)frame.Codec);
        writer.Varint((ulong)chunks.Length);
        foreach (ref readonly PackChunk chunk in chunks)
        {
            writer.Bytes(chunk.Id.Span);
            writer.Varint((ulong)chunk.Length);
        }
    }

    /// <summary>Decodes a description.</summary>
    /// <param name="content">The field list.</param>
    /// <param name="salt">The pack's salt.</param>
    /// <param name="framesEnd">No frame may pass this offset of the pack.</param>
    /// <param name="subject">The object it stands in, for messages.</param>
    internal static PackDescription Read(
        ReadOnlySpan<byte> content, ReadOnlySpan<byte> salt, long framesEnd, string subject)
    {
        FieldReader fields = new(content);
        byte[]? domain = null;
        byte[]? sealedKey = null;
        byte[]? commitment = null;
        SignerId? signer = null;
        uint epoch = 0;
        ChunkKind kind = 0;
        ReadOnlySpan<byte> frames = default;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    domain = fields.Fixed(DomainObject.IdLength).ToArray();
                    break;
                case 3:
                    epoch = Bounded(fields.Number());
                    break;
                case 5:
                    kind = (ChunkKind)Math.Min(fields.Number(), byte.MaxValue);
                    break;
                case 7:
                    sealedKey = fields.Fixed(SealedKeyLength).ToArray();
                    break;
                case 9:
                    commitment = fields.Fixed(FrameCipher.CommitmentLength).ToArray();
                    break;
                case 11:
                    signer = SignerId.Read(fields.Fixed(SignerId.Length));
                    break;
                case 13:
                    frames = fields.Value;
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        if (kind is not (ChunkKind.Data or ChunkKind.Tree))
        {
            throw new InvalidEncodingException($"a pack description has the unknown kind {(byte)kind}");
        }

        PackDescription pack = new()
        {
            Salt = salt.ToArray(),
            DomainId = domain ?? throw Missing(1),
            Epoch = epoch,
            Kind = kind,
            SealedKey = sealedKey ?? throw Missing(7),
            Commitment = commitment ?? throw Missing(9),
            Signer = signer ?? throw Missing(11),
        };
        ReadFrames(frames, framesEnd, pack);
        return pack;
    }

    private static void ReadFrames(ReadOnlySpan<byte> frames, long framesEnd, PackDescription pack)
    {
        ByteReader reader = new(frames);
        long offset = FirstFrameOffset;
        while (reader.Remaining > 0)
        {
            uint stored = reader.VarintUInt32();
            int plain = reader.VarintInt32(PackLayout.MaxFramePlain);
            byte codec = reader.Byte();
            int count = reader.VarintInt32(reader.Remaining / (ChunkId.Length + 1));
            if (codec > (byte)FrameCodec.Zstd || count == 0 || stored <= FrameCipher.Overhead
                || offset + stored > Math.Min(framesEnd, uint.MaxValue))
            {
                throw new InvalidEncodingException($"the frame at offset {offset} of a pack cannot be");
            }

            int first = pack.Chunks.Count;
            long sum = 0;
            for (int i = 0; i < count; i++)
            {
                ChunkId id = ChunkId.Read(reader.Bytes(ChunkId.Length));
                int length = reader.VarintInt32(plain);
                pack.Chunks.Add(new PackChunk(id, (uint)length));
                sum += length;
            }

            if (sum != plain)
            {
                throw new InvalidEncodingException(
                    $"the chunks of the frame at offset {offset} have {sum} bytes, the frame {plain}");
            }

            pack.Frames.Add(new PackFrame((uint)offset, stored, (uint)plain, (FrameCodec)codec, first, count));
            offset += stored;
        }
    }

    private static uint Bounded(ulong number) => number <= uint.MaxValue
        ? (uint)number
        : throw new InvalidEncodingException($"the epoch {number} exceeds 32 bits");

    private static InvalidEncodingException Missing(int tag) => new($"a pack description lacks field {tag}");
}
