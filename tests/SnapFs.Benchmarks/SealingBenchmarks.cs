using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using SnapFs.Chunks;
using SnapFs.Cryptography;

namespace SnapFs.Benchmarks;

/// <summary>What a chunk costs in cryptography, at the length of a small file and of a large chunk.</summary>
public class SealingBenchmarks : IDisposable
{
    private readonly FrameCipher _cipher = new(new byte[FrameCipher.KeyLength], new byte[FrameCipher.SaltLength]);
    private readonly ChunkHasher _hasher = new(new byte[ChunkHasher.KeyLength]);
    private readonly byte[] _id = new byte[ChunkId.Length];
    private byte[] _plain = [];
    private byte[] _stored = [];

    /// <summary>Bytes of the chunk.</summary>
    [Params(4096, 1048576)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _plain = RandomNumberGenerator.GetBytes(Length);
        _stored = new byte[Length + FrameCipher.Overhead];
        Encrypt();
    }

    [Benchmark]
    public void HashChunk() => _hasher.Hash(_plain, _id);

    [Benchmark]
    public void Encrypt() => _cipher.Encrypt(_id, (byte)FrameCodec.Stored, _plain, (uint)Length, _stored);

    [Benchmark]
    public bool Decrypt() => _cipher.TryDecrypt(_stored, (byte)FrameCodec.Stored, (uint)Length, _plain);

    [GlobalCleanup]
    public void Dispose()
    {
        _cipher.Dispose();
        _hasher.Dispose();
        GC.SuppressFinalize(this);
    }
}
