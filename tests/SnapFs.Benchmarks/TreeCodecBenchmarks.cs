using BenchmarkDotNet.Attributes;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Benchmarks;

/// <summary>A directory of 1,000 files: writing it, parsing its pages, walking it, finding one name.</summary>
[MemoryDiagnoser]
public class TreeCodecBenchmarks
{
    private readonly PageMemory _pages = new();
    private DirectoryEncoder _encoder = null!; // set by Setup
    private ChunkRef _root;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        ChunkId Discard(ReadOnlySpan<byte> page) => default;
        _root = SampleFiles.Encode(new DirectoryEncoder(_pages, _pages.Put), new ChunkRef(default, 1000));
        _encoder = new DirectoryEncoder(_pages, Discard);
    }

    [Benchmark]
    public long Encode() => SampleFiles.Encode(_encoder, new ChunkRef(default, 1000)).Length;

    [Benchmark]
    public int Parse()
    {
        int count = 0;
        foreach (byte[] page in _pages.All)
        {
            count += TreePage.Parse(page).Count;
        }

        return count;
    }

    [Benchmark]
    public long ParseAndWalk()
    {
        DirectoryCursor cursor = new(_pages, in _root);
        long bytes = 0;
        while (cursor.Next())
        {
            bytes += cursor.Node.Size;
        }

        return bytes;
    }

    [Benchmark]
    public bool ParseAndFind()
    {
        _next = (_next + 7) % SampleFiles.Count;
        return DirectoryCursor.TryFind(_pages, in _root, SampleFiles.Names[_next], out _, out _, out _);
    }
}
