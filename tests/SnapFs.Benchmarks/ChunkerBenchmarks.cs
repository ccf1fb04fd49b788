using System.Numerics;
using BenchmarkDotNet.Attributes;
using SnapFs.Chunks;

namespace SnapFs.Benchmarks;

/// <summary>Looking for chunk boundaries in random data, for each MiB: 1,000 µs are 1,049 MB/s.</summary>
public class ChunkerBenchmarks
{
    private const int Mebibytes = 32;

    private readonly byte[] _data = new byte[Mebibytes << 20];
    private readonly ulong[] _gear = new ulong[GearChunker.GearLength];
    private GearChunker _chunker = null!; // set by Setup

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        random.NextBytes(_data);
        for (int i = 0; i < _gear.Length; i++)
        {
            _gear[i] = unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue));
        }

        _chunker = new GearChunker(_gear, ChunkLimits.Default);
        if (PlainLoop() != Chunker())
        {
            throw new InvalidOperationException("the chunker and the plain loop do not cut alike");
        }
    }

    /// <summary>The definition: one byte, one look-up, one comparison.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Mebibytes)]
    public int PlainLoop()
    {
        int chunks = 0;
        for (int start = 0; start < _data.Length; chunks++)
        {
            start += PlainLength(_data.AsSpan(start));
        }

        return chunks;
    }

    [Benchmark(OperationsPerInvoke = Mebibytes)]
    public int Chunker()
    {
        int chunks = 0;
        for (int start = 0; start < _data.Length; chunks++)
        {
            start += _chunker.NextLength(_data.AsSpan(start));
        }

        return chunks;
    }

    private int PlainLength(ReadOnlySpan<byte> data)
    {
        ChunkLimits limits = ChunkLimits.Default;
        int bits = BitOperations.Log2((uint)limits.Target);
        int max = Math.Min(data.Length, limits.Max);
        ulong hash = 0;
        for (int i = limits.Min; i < max; i++)
        {
            hash = unchecked((hash << 1) + _gear[data[i]]);
            if ((hash & (ulong.MaxValue << (64 - bits + (i < limits.Target ? -2 : 2)))) == 0)
            {
                return i + 1;
            }
        }

        return max;
    }
}
