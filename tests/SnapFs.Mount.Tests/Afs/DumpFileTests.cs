using SnapFs.Afs.Dumps;
using SnapFs.Afs.Mounting;
using SnapFs.Binary;
using SnapFs.Caches;
using SnapFs.Mount.Kinds;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Tests.Afs;

public sealed class DumpFileTests : IDisposable
{
    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private readonly FrameCache _frames;
    private readonly TreePageCache _pages;

    public DumpFileTests()
    {
        _tree = new TestTree(_source);
        _frames = new FrameCache(_source, 1 << 20, prefetchThreads: 0);
        _pages = new TreePageCache(_frames, 1 << 20);
    }

    public void Dispose() => _frames.Dispose();

    [Fact]
    public void Dumps_that_take_too_much_memory_together_are_dropped_but_for_the_last()
    {
        ComputedFiles dumps = new(_frames, _pages, beforeWaiting: null, capacity: 1);
        DumpFile[] files = [.. Enumerable.Range(1, 3).Select(Add)];

        foreach (DumpFile file in files)
        {
            Assert.Equal(file.Head.Dump?.FullLength, ReadAll(dumps, file));
            Assert.Equal(1, dumps.Count);
        }

        Assert.Equal(files[0].Head.Dump?.FullLength, ReadAll(dumps, files[0]));
    }

    [Fact]
    public void Small_dumps_are_kept_up_to_a_number()
    {
        ComputedFiles dumps = new(_frames, _pages, beforeWaiting: null);
        foreach (DumpFile file in Enumerable.Range(1, 20).Select(Add))
        {
            ReadAll(dumps, file);
        }

        Assert.Equal(16, dumps.Count);
    }

    /// <summary>A volume without vnodes.</summary>
    private DumpFile Add(int day)
    {
        ByteWriter dump = new();
        DumpEncoder.Header(dump, new DumpHeader { VolumeId = 1, Name = "v", Intervals = [new DumpInterval(0, 1_795_000_001)] });
        DumpEncoder.Volume(dump, new VolumeHeader { Id = 1, Name = "v" });
        DumpEncoder.End(dump);
        TestNode skeleton = new() { Content = dump.ToArray() };
        TestNode root = TestNode.Directory(("dump", TestNode.Directory(("skeleton", skeleton))));
        return new DumpFile(
            _tree.AddSnapshot("cell", "v", $"2026-11-{day:d2}T02:00:00Z", root, complete: head => head with
            {
                Volume = new SnapshotVolume { Cell = "cell", Name = "v", Id = 1 },
                Dump = TestVolume.Dump("v", from: 0) with { Length = dump.Length, FullLength = dump.Length },
            }),
            isOriginal: false);
    }

    private static long ReadAll(ComputedFiles dumps, DumpFile file)
    {
        CountingSink sink = default;
        dumps.Read(file, 0, 1 << 20, ref sink);
        return sink.Length;
    }

    private struct CountingSink : IContentSink
    {
        public long Length { get; private set; }

        public void Chunk(ChunkLease lease, int offset, int length)
        {
            Length += length;
            lease.Dispose();
        }

        public void Bytes(ReadOnlySpan<byte> bytes) => Length += bytes.Length;

        public void Zeros(int length) => Length += length;
    }
}
