using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Packs;

/// <summary>Encodes what stands in the footer of a pack (<c>docs/format.md</c> section 5.2).</summary>
internal static class PackDescriptionCodec
{
    /// <summary>Appends the footer as a field list.</summary>
    internal static void Write(ByteWriter writer, PackDescription pack, ReadOnlySpan<byte> encodedFrames)
    {
        FieldWriter fields = new(writer);
        fields.Bytes(1, pack.Signer.ToArray());
        fields.Number(3, pack.Sequence);
        fields.Bytes(5, pack.Run.ToArray());
        fields.Bytes(7, pack.RunKey);
        fields.Bytes(9, encodedFrames);
    }

    /// <summary>Appends the footer as a field list.</summary>
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

    /// <summary>Decodes a footer.</summary>
    /// <param name="content">The field list.</param>
    /// <param name="header">What the header of the pack says.</param>
    /// <param name="framesEnd">No frame may pass this offset of the pack.</param>
    /// <param name="subject">The object, for messages.</param>
    internal static PackDescription Read(
        ReadOnlySpan<byte> content, in PackHeader header, long framesEnd, string subject)
    {
        FieldReader fields = new(content);
        ShortId? signer = null;
        ulong? sequence = null;
        ShortId? run = null;
        byte[]? runKey = null;
        ReadOnlySpan<byte> frames = default;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    signer = ShortId.Read(fields.Fixed(ShortId.Length));
                    break;
                case 3:
                    sequence = fields.Number();
                    break;
                case 5:
                    run = ShortId.Read(fields.Fixed(ShortId.Length));
                    break;
                case 7:
                    runKey = fields.Fixed(RunKey.SealedLength).ToArray();
                    break;
                case 9:
                    frames = fields.Value;
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        PackDescription pack = new()
        {
            Domain = header.Domain,
            Epoch = header.Epoch,
            Kind = header.Kind,
            Salt = header.Salt.ToArray(),
            Signer = signer ?? throw FieldSet.Missing(1),
            Sequence = sequence ?? throw FieldSet.Missing(3),
            Run = run ?? throw FieldSet.Missing(5),
            RunKey = runKey ?? throw FieldSet.Missing(7),
        };
        ReadFrames(frames, framesEnd, pack, subject);
        return pack;
    }

    private static void ReadFrames(ReadOnlySpan<byte> frames, long framesEnd, PackDescription pack, string subject)
    {
        ByteReader reader = new(frames);
        long offset = PackHeader.Length;
        while (reader.Remaining > 0)
        {
            uint stored = reader.VarintUInt32();
            int plain = reader.VarintInt32(PackLayout.MaxFramePlain);
            byte codec = reader.Byte();
            int count = reader.VarintInt32(reader.Remaining / (ChunkId.Length + 1));
            if (codec > (byte)FrameCodec.Zstd)
            {
                throw new NewerFormatException(subject, $"codec {codec}");
            }

            if (count == 0 || stored <= FrameCipher.Overhead
                || offset + stored > Math.Min(framesEnd, PackLayout.MaxPack))
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
}
