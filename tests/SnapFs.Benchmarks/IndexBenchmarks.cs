using BenchmarkDotNet.Attributes;
using SnapFs.Chunks;
using SnapFs.Repository.Indexes;

namespace SnapFs.Benchmarks;

/// <summary>Look-ups in an index of 10^6 chunks, in one run in memory; those in files are measured by <see cref="IndexGrowth"/>.</summary>
public class IndexBenchmarks
{
    private const int Chunks = 1_000_000;
    private const int Probes = 1 << 16;

    private readonly ChunkIndex _index = new();
    private readonly ChunkId[] _hits = new ChunkId[Probes];
    private readonly ChunkId[] _misses = new ChunkId[Probes];
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        using IndexRunBuilder builder = new();
        using IndexObject segment = SampleIndex.Segment(0, Chunks);
        builder.Add(segment);
        RunTables run = NativeRun.Make(ChunkKind.Data, builder.MaxLength, in SampleIndex.Owner, builder.WriteTo);
        _index.Add(run, StoredRun.ObjectsOf(run), null, isFromCache: false);
        Random random = new(1);
        for (int i = 0; i < Probes; i++)
        {
            _hits[i] = SampleIndex.IdOf(random.Next(Chunks));
            _misses[i] = SampleIndex.IdOf(Chunks + i);
        }

        if (!Hit() || Miss())
        {
            throw new InvalidOperationException("the index does not hold what was put in it");
        }
    }

    [Benchmark]
    public bool Hit() => Find(_hits);

    [Benchmark]
    public bool Miss() => Find(_misses);

    private bool Find(ChunkId[] ids)
    {
        _next = (_next + 1) & (Probes - 1);
        return _index.TryLocate(ChunkKind.Data, in ids[_next], default, out _);
    }
}
