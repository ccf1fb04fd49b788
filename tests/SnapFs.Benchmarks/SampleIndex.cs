using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Packs;
using SnapFs.Storage;

namespace SnapFs.Benchmarks;

/// <summary>Segments of an index of any size, made from the numbers of their chunks.</summary>
internal static class SampleIndex
{
    internal const int ChunksPerSegment = 128 * 1024;

    private const int ChunksPerPack = 256;
    private const int ChunksPerFrame = 2;

    private static readonly ShortId Domain = ShortId.Read(new byte[ShortId.Length]);

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

    /// <summary>A segment with the chunks that follow <paramref name="first"/>, as if it had been decoded.</summary>
    internal static IndexObject Segment(long first, int count)
    {
        byte[] runKey = new byte[RunKey.SealedLength];
        NameOf(first).Span.CopyTo(runKey);
        using IndexRunBuilder tables = new();
        foreach (IndexedPack pack in Packs(Domain, 1, runKey, first, count, ChunksPerPack))
        {
            PackRecords.AddTo(tables, in pack);
        }

        IndexObject segment = new(ChunkKind.Data, NameOf(first), count, isTrusted: true);
        Fill(segment.SealSink, tables.Seals);
        Fill(segment.PackSink, tables.Packs);
        Fill(segment.FrameSink, tables.Frames);
        Fill(segment.ChunkSink, tables.Chunks);
        return segment;
    }

    /// <summary>The packs of the chunks that follow <paramref name="first"/>.</summary>
    internal static IEnumerable<IndexedPack> Packs(
        ShortId domain, uint epoch, byte[] runKey, long first, int count, int chunksPerPack)
    {
        for (int done = 0; done < count; done += chunksPerPack)
        {
            yield return Pack(domain, epoch, runKey, first + done, Math.Min(chunksPerPack, count - done));
        }
    }

    /// <summary>What a storage would list of some segments.</summary>
    internal static Dictionary<ObjectId, ObjectInfo> Listing(IEnumerable<(long First, int Count)> segments)
    {
        Dictionary<ObjectId, ObjectInfo> listed = [];
        foreach ((long first, int count) in segments)
        {
            ObjectId id = NameOf(first);
            listed[id] = new ObjectInfo(new ObjectName(ObjectKind.Index, Domain.ToString(), id.ToString()), count, default);
        }

        return listed;
    }

    private static ObjectId NameOf(long first) => ObjectId.Of(BitConverter.GetBytes(first));

    private static IndexedPack Pack(ShortId domain, uint epoch, byte[] runKey, long first, int count)
    {
        byte[] id = IdOf(~first).Span.ToArray();
        PackDescription description = new()
        {
            Salt = id[..FrameCipher.SaltLength],
            Domain = domain,
            Epoch = epoch,
            Kind = ChunkKind.Data,
            RunKey = runKey,
            Signer = default,
            Sequence = 1,
            Run = default,
        };
        for (int i = 0; i < count; i++)
        {
            description.Chunks.Add(new PackChunk(IdOf(first + i), 60_000));
            if (i % ChunksPerFrame == 0)
            {
                uint offset = (uint)(PackHeader.Length + (i * 40_000));
                int chunks = Math.Min(ChunksPerFrame, count - i);
                description.Frames.Add(new PackFrame(offset, 80_000, (uint)chunks * 60_000, FrameCodec.Zstd, i, chunks));
            }
        }

        return new IndexedPack(ObjectId.Read(id), 16_000_000, description);
    }

    private static void Fill<T>(IRecordSink sink, ReadOnlySpan<T> records)
        where T : unmanaged
    {
        foreach (ref readonly T record in records)
        {
            sink.Add(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in record)));
        }
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
