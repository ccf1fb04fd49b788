using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Repository.Writing;
using SnapFs.Storage;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Writing;

public sealed class PackSizeTests
{
    private const long GiB = 1L << 30;

    [Fact]
    public void Packs_grow_with_what_a_domain_has_up_to_what_one_request_puts()
    {
        long[] stored = [0, 1, GiB, 64 * GiB, 65 * GiB, 100 * GiB, 223 * GiB, 225 * GiB, 1024 * GiB, 1 << 20, long.MaxValue];
        PackSize[] sizes = [.. stored.Order().Select(PackSize.Of)];

        Assert.Equal(PackSize.Least, sizes[0]);
        Assert.Equal(PackSize.Least, PackSize.Of(64 * GiB));
        Assert.Equal(PackSize.Largest, sizes[^1].Max);
        Assert.Equal(sizes.OrderBy(size => size.Target), sizes);
        Assert.All(sizes, size => Assert.InRange(size.Target, PackSize.Least.Target, size.Max - 1));

        // However much there is, there are some thousand packs for each 256 GiB of it.
        Assert.All(stored, bytes => Assert.InRange(bytes / PackSize.Of(bytes).Target, 0, 4096 * Math.Max(1, (bytes / (224 * GiB)) + 1)));
    }

    [Fact]
    public async Task A_pack_is_finished_within_its_size()
    {
        PackSize size = new(2_000_000, 2_600_000);
        List<long> lengths = await WriteAsync(size, frames: 200, frameLength: 100_000, chunksPerFrame: 1);

        Assert.InRange(lengths.Count, 7, 11);
        Assert.All(lengths.Order().Skip(1), length => Assert.InRange(length, size.Target, size.Max + 150_000));
    }

    [Fact]
    public async Task The_table_of_a_pack_counts_and_its_chunks_do()
    {
        PackSize size = new(2_000_000, 2_600_000);
        List<long> tiny = await WriteAsync(size, frames: 1000, frameLength: 1000, chunksPerFrame: 100);
        Assert.All(tiny, length => Assert.InRange(length, 1, size.Max + 150_000));
        Assert.InRange(tiny.Count, 2, 4);

        List<long> many = await WriteAsync(PackSize.Least, frames: 300, frameLength: 1000, chunksPerFrame: 1000);
        Assert.Equal(3, many.Count);
    }

    private static async Task<List<long>> WriteAsync(PackSize size, int frames, int frameLength, int chunksPerFrame)
    {
        TestDomainKeys keys = new();
        await using MemoryStorage storage = new();
        using WritingRun run = new(keys, ShortId.Random(), 1);
        WriterOptions options = new(new ChunkLimits(64, 64, 64), 1, 1, 1);
        await using (PackUploader uploader = new(storage, run, options, size, null, default))
        {
            using PackStream stream = new(run, ChunkKind.Data, size, uploader);
            Random random = new(1);
            for (int i = 0; i < frames; i++)
            {
                PackChunk[] chunks = [.. Enumerable.Range(0, chunksPerFrame).Select(_ =>
                    new PackChunk(ChunkId.Read(random.BytesOf(ChunkId.Length)), (uint)(frameLength / chunksPerFrame)))];
                stream.Append(random.BytesOf(frameLength), FrameCodec.Stored, (uint)frameLength, chunks);
            }

            stream.Flush();
            await uploader.CompleteAsync();
        }

        return await storage.ListAsync(ObjectKind.Pack, keys.DomainName, default).Select(info => info.Length).ToListAsync();
    }
}
