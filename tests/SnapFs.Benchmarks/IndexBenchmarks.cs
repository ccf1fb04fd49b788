using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Packs;

namespace SnapFs.Benchmarks;

/// <summary>Look-ups in an index of 10^7 chunks, in one run as a local cache holds them.</summary>
public class IndexBenchmarks : IDisposable
{
    private const int Chunks = 10_000_000;
    private const int ChunksPerPack = 10_000;
    private const int Probes = 1 << 16;

    private readonly ChunkIndex _index = new();
    private readonly ChunkId[] _hits = new ChunkId[Probes];
    private readonly ChunkId[] _misses = new ChunkId[Probes];
    private RunMemory? _memory;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        List<IndexedPack> packs = [];
        Random random = new(1);
        for (int i = 0; i < Chunks / ChunksPerPack; i++)
        {
            packs.Add(Pack(i));
        }

        for (int i = 0; i < Probes; i++)
        {
            List<PackChunk> chunks = packs[random.Next(packs.Count)].Description.Chunks;
            _hits[i] = chunks[random.Next(chunks.Count)].Id;
            _misses[i] = ChunkId.Read(RandomNumberGenerator.GetBytes(ChunkId.Length));
        }

        ObjectId repository = ObjectId.Of("benchmark"u8);
        _memory = IndexRunBuilder.Build([new IndexedSegment(ObjectId.Of("segment"u8), 1, packs)]);
        _index.Add(_memory);
        if (!Hit() || Miss())
        {
            throw new InvalidOperationException("the index does not hold what was put in it");
        }
    }

    [Benchmark]
    public bool Hit() => Find(_hits);

    [Benchmark]
    public bool Miss() => Find(_misses);

    [GlobalCleanup]
    public void Dispose()
    {
        _memory?.Dispose();
        GC.SuppressFinalize(this);
    }

    private bool Find(ChunkId[] ids)
    {
        _next = (_next + 1) & (Probes - 1);
        return _index.TryLocate(ChunkKind.Data, in ids[_next], default, out _);
    }

    private static IndexedPack Pack(int number)
    {
        PackDescription description = new()
        {
            Salt = new byte[FrameCipher.SaltLength],
            DomainId = new byte[16],
            Epoch = 1,
            Kind = ChunkKind.Data,
            SealedKey = new byte[FrameCipher.KeyLength + SealedBox.Overhead],
            Commitment = new byte[FrameCipher.CommitmentLength],
            Signer = default,
        };
        byte[] ids = RandomNumberGenerator.GetBytes(ChunksPerPack * ChunkId.Length);
        for (int i = 0; i < ChunksPerPack; i++)
        {
            description.Chunks.Add(new PackChunk(ChunkId.Read(ids.AsSpan(i * ChunkId.Length)), 1000));
            description.Frames.Add(new PackFrame((uint)(24 + (i * 500)), 500, 1000, FrameCodec.Zstd, i, 1));
        }

        return new IndexedPack(ObjectId.Of(BitConverter.GetBytes(number)), 6_000_000, description);
    }
}
