using System.Diagnostics;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Scanning;
using SnapFs.Files.Tests.Support;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>Memory and descriptors stay bounded whatever the shape of the tree.</summary>
public sealed class ScaleTests : IDisposable
{
    private const long MemoryLimit = 300L << 20;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_directory_of_a_million_entries_is_walked_within_the_memory_limit(bool ofDirectories)
    {
        int count = TestScale.Choose(20_000, 1_000_000);
        using TemporaryMount mount = TemporaryMount.Tmpfs(_directory.Make("tree"), "size=4g,nr_inodes=2200k");
        string tree = _directory["tree"];
        for (int i = 0; i < count; i++)
        {
            string path = $"{tree}/entry-number-{i:x8}";
            if (ofDirectories)
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                File.WriteAllBytes(path, []);
            }
        }

        TemporaryDirectory.Settle();
        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        NullSink sink = new();
        BackupResult first = new BackupRun(Backup.Of(tree), sink, Chunkers.Default).Run(CancellationToken.None);
        process.Refresh();

        Assert.Equal(count, NodeCodec.Read(first.RootNode.Span).SubtreeEntries - 3); // above: /tmp, its directory
        Assert.InRange(process.WorkingSet64 - before, long.MinValue, MemoryLimit);
    }

    [Fact]
    public void A_path_deeper_than_the_descriptors_allow_is_walked()
    {
        string tree = _directory.Make("tree");
        Shell.Run("sh", "-c", $"cd '{tree}' && for i in $(seq 60); do mkdir -p d e && echo $i > f && cd d; done");
        MemorySink sink = new();
        WalkServices services = new()
        {
            Sink = new GuardedSink(sink),
            Chunker = Chunkers.Default,
            Problems = new ProblemList(),
            Excludes = SnapFs.Files.Excludes.PatternSet.Empty,
            Tags = new DirectoryTags(Backup.Of()),
            MaxFileSize = long.MaxValue,
            OneFileSystem = false,
            Protected = [],
            Previous = null,
            Observer = null,
            Descriptors = new DescriptorBudget(4),
        };
        byte[] path = SnapFs.Posix.Files.RawPath.FromText(tree);
        TreeWalk walk = new(services, SourceNode.Build([(path, path)]), 2, CancellationToken.None);

        byte[]? root = walk.Run();

        Assert.Equal([], services.Problems.Lines);
        Assert.Equal(0, services.Descriptors.Open);
        Assert.NotNull(root);
        Assert.Equal(180 + 3, NodeCodec.Read(root).SubtreeEntries);
    }

    [Fact]
    public void Twenty_thousand_levels_cost_memory_and_time_in_proportion_and_few_descriptors()
    {
        int levels = TestScale.Choose(6_000, 20_000);
        string tree = _directory.Make("tree");
        byte[] name = System.Text.Encoding.ASCII.GetBytes(new string('d', 200));
        DeepTree.Make(tree, name, levels);
        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        MemorySink sink = new();
        WalkServices services = new()
        {
            Sink = new GuardedSink(sink),
            Chunker = Chunkers.Default,
            Problems = new ProblemList(),
            Excludes = SnapFs.Files.Excludes.PatternSet.Empty,
            Tags = new DirectoryTags(Backup.Of()),
            MaxFileSize = long.MaxValue,
            OneFileSystem = false,
            Protected = [],
            Previous = null,
            Observer = null,
            Descriptors = new DescriptorBudget(40),
        };
        byte[] path = SnapFs.Posix.Files.RawPath.FromText(tree);
        TreeWalk walk = new(services, SourceNode.Build([(path, path)]), 2, CancellationToken.None);
        Stopwatch watch = Stopwatch.StartNew();

        byte[]? root = walk.Run();

        watch.Stop();
        process.Refresh();
        Assert.NotNull(root);
        Assert.Equal([], services.Problems.Lines);
        Assert.Equal(0, services.Descriptors.Open);
        Assert.Equal((2L * levels) + 3, NodeCodec.Read(root).SubtreeEntries);
        Assert.InRange(process.WorkingSet64 - before, long.MinValue, MemoryLimit);
        Assert.InRange(services.Descriptors.TotalOpened, levels, 5L * levels);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(TreeLimits.ChunkListFanout, 0)]
    [InlineData(TreeLimits.ChunkListFanout + 1, 1)]
    [InlineData((3 * TreeLimits.ChunkListFanout) + 5, 1)]
    [InlineData((TreeLimits.ChunkListFanout * TreeLimits.ChunkListFanout) + 1, 2)]
    public void Lists_of_very_many_chunks_grow_levels_that_read_back_in_order(int count, int height)
    {
        MemorySink sink = new();
        ChunkListBuilder builder = new(sink);
        Span<byte> id = stackalloc byte[ChunkId.Length];
        for (int i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(id, i);
            builder.Add(new ChunkRef(ChunkId.Read(id), 1 + (i % 7)));
        }

        ByteWriter list = new();
        builder.Finish(list);

        Assert.Equal(height, new ChunkListReader(list.Written).Level);
        int next = 0;
        Check(sink, list.Written, ref next);
        Assert.Equal(count, next);
    }

    private static long Check(MemorySink sink, ReadOnlySpan<byte> list, ref int next)
    {
        ChunkListReader reader = new(list);
        long sum = 0;
        while (reader.Next())
        {
            if (reader.Level == 0)
            {
                Assert.Equal(next, BitConverter.ToInt32(reader.Current.Id.Span));
                Assert.Equal(1 + (next % 7), reader.Current.Length);
                next++;
            }
            else
            {
                Assert.Equal(reader.Current.Length, Check(sink, sink.Get(ChunkKind.Tree, reader.Current.Id), ref next));
            }

            sum += reader.Current.Length;
        }

        return sum;
    }

    private sealed class NullSink : IChunkSink
    {
        public bool HasAllPacks => true;

        public ChunkId Put(ChunkKind kind, ReadOnlySpan<byte> plain) =>
            ChunkId.Read(System.Security.Cryptography.SHA256.HashData(plain));

        public bool Contains(ChunkKind kind, in ChunkId id) => true;
    }
}
