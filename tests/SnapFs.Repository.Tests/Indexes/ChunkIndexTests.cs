using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Packs;
using Xunit;

namespace SnapFs.Repository.Tests.Indexes;

public sealed class ChunkIndexTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    [InlineData(50_000)]
    public void Every_chunk_is_found_where_it_lies_and_no_other(int count)
    {
        Random random = new(count);
        IndexedPack pack = RandomPack(random, count, ChunkKind.Data);
        ChunkIndex index = IndexSamples.Index(pack);

        foreach (PackFrame frame in pack.Description.Frames)
        {
            uint offset = 0;
            for (int i = 0; i < frame.ChunkCount; i++)
            {
                PackChunk chunk = pack.Description.Chunks[frame.FirstChunk + i];
                Assert.True(index.TryLocate(ChunkKind.Data, chunk.Id, default, out ChunkLocation location));
                Assert.Equal((offset, chunk.Length), (location.Offset, location.Length));
                Assert.Equal((frame.Offset, frame.StoredLength), (location.Frame.Offset, location.Frame.StoredLength));
                Assert.False(index.TryLocate(ChunkKind.Tree, chunk.Id, default, out _));
                offset += chunk.Length;
            }
        }

        for (int i = 0; i < 1000; i++)
        {
            Assert.False(index.TryLocate(ChunkKind.Data, RandomId(random), default, out _));
        }
    }

    [Fact]
    public void Ids_that_are_not_uniform_are_found_too()
    {
        PackDescription description = Describe(ChunkKind.Data);
        for (int i = 0; i < 4000; i++)
        {
            byte[] id = new byte[32];
            id[7] = unchecked((byte)(i >> 8));
            id[9] = unchecked((byte)i);
            description.Chunks.Add(new PackChunk(ChunkId.Read(id), 1));
            description.Frames.Add(new PackFrame((uint)(PackHeader.Length + (i * 40)), 40, 1, FrameCodec.Stored, i, 1));
        }

        ChunkIndex index = IndexSamples.Index(new IndexedPack(ObjectId.Of([1]), 1_000_000, description));

        Assert.All(description.Chunks, chunk =>
            Assert.True(index.TryLocate(ChunkKind.Data, chunk.Id, default, out _)));
    }

    [Fact]
    public void A_chunk_in_a_pack_that_does_not_count_is_found_in_another()
    {
        Random random = new(7);
        IndexedPack first = RandomPack(random, 100, ChunkKind.Data);
        IndexedPack copy = first with { Id = ObjectId.Of([2]) };
        ChunkIndex index = IndexSamples.Index(first, copy);
        ChunkId id = first.Description.Chunks[50].Id;

        Assert.True(index.TryLocate(ChunkKind.Data, in id, [false, true], out ChunkLocation location));
        Assert.Equal(1u, location.Frame.Pack);
        Assert.False(index.TryLocate(ChunkKind.Data, in id, [false, false], out _));
    }

    [Fact]
    public void Pack_numbers_stay_as_runs_are_added()
    {
        Random random = new(8);
        IndexedPack first = RandomPack(random, 10, ChunkKind.Data);
        IndexedPack second = RandomPack(random, 10, ChunkKind.Tree);
        ChunkIndex index = IndexSamples.Index(first);
        index.Add(IndexSamples.Run(IndexSamples.Segment(9, second)));

        Assert.Equal(first.Id, index.Pack(0).Id);
        Assert.Equal(second.Id, index.Pack(1).Id);
        Assert.Equal(ChunkKind.Tree, index.Pack(1).Kind);
        Assert.Equal(second.Description.RunKey, index.Pack(1).RunKey);
        Assert.Equal(second.Description.Salt, index.Pack(1).Salt);
        Assert.Equal(2u, index.PackCount);
    }

    internal static IndexedPack RandomPack(Random random, int chunks, ChunkKind kind)
    {
        PackDescription description = Describe(kind);
        uint offset = PackHeader.Length;
        for (int done = 0; done < chunks;)
        {
            int count = Math.Min(random.Next(1, 40), chunks - done);
            uint plain = 0;
            for (int i = 0; i < count; i++)
            {
                uint length = (uint)random.Next(1, 5000);
                description.Chunks.Add(new PackChunk(RandomId(random), length));
                plain += length;
            }

            uint stored = (plain / 2) + 100;
            description.Frames.Add(new PackFrame(offset, stored, plain, FrameCodec.Zstd, done, count));
            offset += stored;
            done += count;
        }

        byte[] name = new byte[8];
        random.NextBytes(name);
        return new IndexedPack(ObjectId.Of(name), offset + 1000, description);
    }

    internal static ChunkId RandomId(Random random)
    {
        byte[] id = new byte[32];
        random.NextBytes(id);
        return ChunkId.Read(id);
    }

    private static PackDescription Describe(ChunkKind kind) => new()
    {
        Salt = [.. Enumerable.Range(1, 16).Select(i => (byte)i)],
        Domain = new ShortId(2),
        Epoch = 1,
        Kind = kind,
        Signer = new ShortId(3),
        Sequence = 4,
        Run = new ShortId(5),
        RunKey = [.. Enumerable.Range(1, RunKey.SealedLength).Select(i => unchecked((byte)i))],
    };
}
