using System.Buffers.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Packs;
using SnapFs.Storage;

namespace SnapFs.Benchmarks;

/// <summary>Segments of an index of any size, made from the numbers of their chunks.</summary>
internal static class SampleIndex
{
    internal const int ChunksPerSegment = 128 * 1024;

    private const int ChunksPerPack = 256;
    private const int ChunksPerFrame = 2;

    internal static readonly ObjectId Owner = ObjectId.Of("benchmark"u8);

    /// <summary>The id of a chunk: uniform, and other than that of any other number.</summary>
    internal static ChunkId IdOf(long chunk)
    {
        Span<byte> id = stackalloc byte[ChunkId.Length];
        for (int i = 0; i < ChunkId.Length; i += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(id[i..], Mix(unchecked(((ulong)chunk * 4) + (ulong)(i / sizeof(ulong)))));
        }

        return ChunkId.Read(id);
    }

    /// <summary>A segment with the chunks that follow <paramref name="first"/>.</summary>
    internal static IndexedSegment Segment(long first, int count)
    {
        List<IndexedPack> packs = [];
        for (int done = 0; done < count; done += ChunksPerPack)
        {
            packs.Add(Pack(first + done, Math.Min(ChunksPerPack, count - done)));
        }

        return new IndexedSegment(NameOf(first), count, packs);
    }

    /// <summary>What a storage would list of some segments.</summary>
    internal static Dictionary<ObjectId, ObjectInfo> Listing(IEnumerable<(long First, int Count)> segments)
    {
        Dictionary<ObjectId, ObjectInfo> listed = [];
        foreach ((long first, int count) in segments)
        {
            ObjectId id = NameOf(first);
            listed[id] = new ObjectInfo(new ObjectName(ObjectKind.Index, id.ToString()), count, default);
        }

        return listed;
    }

    private static ObjectId NameOf(long first) => ObjectId.Of(BitConverter.GetBytes(first));

    private static IndexedPack Pack(long first, int count)
    {
        byte[] id = IdOf(~first).Span.ToArray();
        PackDescription description = new()
        {
            Salt = id[..FrameCipher.SaltLength],
            DomainId = new byte[16],
            Epoch = 1,
            Kind = ChunkKind.Data,
            SealedKey = [.. id, .. id, .. id[..(PackDescriptionCodec.SealedKeyLength - (2 * id.Length))]],
            Commitment = id,
            Signer = default,
        };
        for (int i = 0; i < count; i++)
        {
            description.Chunks.Add(new PackChunk(IdOf(first + i), 60_000));
            if (i % ChunksPerFrame == 0)
            {
                uint offset = (uint)(24 + (i * 40_000));
                int chunks = Math.Min(ChunksPerFrame, count - i);
                description.Frames.Add(new PackFrame(offset, 80_000, (uint)chunks * 60_000, FrameCodec.Zstd, i, chunks));
            }
        }

        return new IndexedPack(ObjectId.Read(id), 16_000_000, description);
    }

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
