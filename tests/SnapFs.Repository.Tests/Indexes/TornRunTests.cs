using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Packs;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Indexes;

public sealed class TornRunTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-torn-").FullName;
    private readonly Random _random = new(6);
    private readonly SampleSegment[] _segments;
    private readonly byte[] _whole;
    private readonly string _path;

    public TornRunTests()
    {
        // Several blocks of each table.
        _segments = [.. Enumerable.Range(0, 400).Select(i => IndexSamples.Segment(i, [.. Enumerable.Range(0, 2).Select(_ => Pack())]))];
        using IndexRunBuilder builder = IndexSamples.Builder(_segments);
        _path = RunFile.Write(Path.Combine(_directory, "run"), ChunkKind.Data, in IndexSamples.Owner, builder.WriteTo);
        _whole = File.ReadAllBytes(_path);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void A_run_with_any_block_torn_is_built_anew_once_and_answers_the_same(int blocksInMemory)
    {
        using RunTables tables = Open();
        Assert.All(
            Enum.GetValues<RunTable>().Except([RunTable.Filters]),
            table => Assert.InRange(tables.Layout.Of(table).Blocks, 2, 1000));
        for (RunTable table = 0; (int)table < RunLayout.TableCount; table++)
        {
            TablePlace place = tables.Layout.Of(table);
            for (long block = 0; block < place.Blocks; block++)
            {
                Tear(place.OffsetOf(block) + _random.Next(place.LengthOf(block)));
                int built = 0;
                using RunTables torn = Open(new KeptBlocks(blocksInMemory));
                IndexRun run = new(torn, Numbers(torn), [], () => Rebuild(ref built), isFromCache: true);

                AssertAll(run);

                Assert.Equal(table == RunTable.Objects ? 0 : 1, built); // the objects were read when it was opened
            }
        }
    }

    [Fact]
    public void A_run_that_cannot_be_built_anew_finds_nothing_and_says_so()
    {
        using RunTables tables = Open();
        Tear(tables.Layout.Of(RunTable.Chunks).Start);
        using RunTables torn = Open();
        IndexRun run = new(torn, Numbers(torn), [], () => null, isFromCache: true);

        Assert.False(run.TryLocate(new CutId(), default, out _) || _segments.All(segment => Finds(run, segment)));

        Assert.True(run.IsLost);
        Assert.Throws<DamagedException>(() => run.Pack(0));
    }

    [Fact]
    public void A_torn_run_is_dropped_by_a_merge_and_the_others_stay()
    {
        List<string> reports = [];
        RunStore store = new(new LocalCache(_directory, reports.Add), in IndexSamples.Owner);
        List<StoredRun> runs = [];
        foreach (SampleSegment[] part in _segments.Chunk(100))
        {
            using IndexRunBuilder builder = IndexSamples.Builder(part);
            runs.Add(store.Save(ChunkKind.Data, builder.WriteTo)!); // the directory can be written
        }

        using (FileStream file = new(runs[1].Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = file.Length / 2;
            file.WriteByte(1);
            file.WriteByte(2);
        }

        Assert.Null(store.MergeAll([.. runs]));

        Assert.Equal([true, false, true, true], runs.Select(run => File.Exists(run.Path)));
        Assert.Empty(Directory.GetFiles(_directory, "*.tmp", SearchOption.AllDirectories));
        Assert.Single(reports);
        Assert.NotNull(store.MergeAll([.. runs.Where(run => File.Exists(run.Path))]));
    }

    [Fact]
    public void A_header_that_lies_about_a_size_or_is_of_another_version_is_no_run()
    {
        int length = Unsafe.SizeOf<RunHeader>();
        for (int at = 0; at < length; at++)
        {
            foreach (byte value in (byte[])[0, 1, 0x7F, 0x80, 0xFF])
            {
                byte[] changed = [.. _whole];
                changed[at] = value;
                if (value != _whole[at])
                {
                    File.WriteAllBytes(_path, changed);
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    Assert.Null(RunFile.TryOpen(_path, in IndexSamples.Owner));
                    Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
                }
            }
        }
    }

    [Fact]
    public void Any_byte_after_the_tables_that_is_changed_makes_it_no_run()
    {
        using RunTables tables = Open();
        for (long at = tables.Layout.SummaryAt; at < _whole.Length; at += 7)
        {
            Tear(at);
            Assert.Null(RunFile.TryOpen(_path, in IndexSamples.Owner));
        }
    }

    [Fact]
    public void A_file_of_any_other_length_is_no_run()
    {
        for (int length = 0; length < _whole.Length; length += Math.Max(1, _whole.Length / 200))
        {
            File.WriteAllBytes(_path, _whole[..length]);
            Assert.Null(RunFile.TryOpen(_path, in IndexSamples.Owner));
        }

        File.WriteAllBytes(_path, [.. _whole, 0]);
        Assert.Null(RunFile.TryOpen(_path, in IndexSamples.Owner));
    }

    [Fact]
    public void Blocks_of_an_object_whose_records_are_in_wrong_order_make_no_run()
    {
        using MemoryStream output = new();
        using RunWriter writer = new(output, ChunkKind.Data);
        writer.Add<PackEntry>(RunTable.Packs, [default]);
        writer.Add<FrameRecord>(RunTable.Frames, [default]);
        CutId second = MemoryMarshal.Read<CutId>(_random.BytesOf(CutId.Length));
        ChunkRecord record = new() { Id = second };
        writer.AddChunk(in record);

        Assert.Throws<RunFileException>(() => writer.AddChunk(default));
        Assert.Throws<RunFileException>(() => writer.AddChunk(new ChunkRecord { Id = second, Frame = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add<PackEntry>(RunTable.Packs, [default]));
    }

    private IndexedPack Pack()
    {
        IndexedPack pack = ChunkIndexTests.RandomPack(_random, 30, ChunkKind.Data);
        _random.NextBytes(pack.Description.RunKey);
        return pack;
    }

    private static NumberMap Numbers(RunTables tables)
    {
        NumberMap numbers = new();
        numbers.Add(tables.PackCount, 0, isKept: true);
        return numbers;
    }

    private RunTables? Rebuild(ref int built)
    {
        built++;
        return IndexSamples.Run(_segments);
    }

    private RunTables Open(KeptBlocks? room = null) =>
        RunFile.TryOpen(_path, in IndexSamples.Owner, room) ?? throw new InvalidOperationException("its header is whole");

    private void Tear(long at)
    {
        byte[] torn = [.. _whole];
        torn[at] ^= 0x40;
        File.WriteAllBytes(_path, torn);
    }

    private static bool Finds(IndexRun run, SampleSegment segment) => segment.Packs.All(pack =>
        pack.Description.Chunks.All(chunk => run.TryLocate(CutId.Of(chunk.Id), default, out _)));

    private void AssertAll(IndexRun run)
    {
        uint number = 0;
        foreach (IndexedPack pack in _segments.SelectMany(segment => segment.Packs))
        {
            foreach (PackChunk chunk in pack.Description.Chunks)
            {
                Assert.False(run.TryLocate(CutId.Of(ChunkIndexTests.RandomId(_random)), default, out _));
                Assert.True(run.TryLocate(CutId.Of(chunk.Id), default, out ChunkLocation location));
                Assert.Equal((number, chunk.Length), (location.Frame.Pack, location.Length));
            }

            PackRecord record = run.Pack(number++);
            Assert.Equal((pack.Id, pack.Length), (record.Id, record.Length));
            Assert.Equal(pack.Description.RunKey, record.RunKey);
        }
    }
}
