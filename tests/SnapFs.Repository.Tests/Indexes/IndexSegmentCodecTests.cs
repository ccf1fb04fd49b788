using SnapFs.Chunks;
using SnapFs.Repository.Indexes;
using Xunit;

namespace SnapFs.Repository.Tests.Indexes;

public sealed class IndexSegmentCodecTests
{
    private readonly TestDomainKeys _keys = new();

    [Fact]
    public void A_segment_comes_back_as_it_was_written()
    {
        Random random = new(3);
        List<IndexedPack> packs = [Pack(random, 500), Pack(random, 1)];

        byte[] segment = IndexSegmentCodec.Encode(_keys, ChunkKind.Data, packs);
        List<IndexedPack>? decoded = IndexSegmentCodec.Decode(_keys, segment, "index/x");

        Assert.NotNull(decoded);
        Assert.Equal(packs.Select(p => (p.Id, p.Length)), decoded.Select(p => (p.Id, p.Length)));
        for (int i = 0; i < packs.Count; i++)
        {
            Assert.Equal(packs[i].Description.Frames, decoded[i].Description.Frames);
            Assert.Equal(packs[i].Description.Chunks, decoded[i].Description.Chunks);
        }
    }

    [Fact]
    public void Any_flipped_byte_is_refused_and_the_segment_named()
    {
        byte[] segment = IndexSegmentCodec.Encode(_keys, ChunkKind.Data, [Pack(new Random(4), 3)]);
        for (int i = 0; i < segment.Length; i++)
        {
            segment[i] ^= 0x10;
            SnapFsException e = Assert.ThrowsAny<SnapFsException>(() =>
                Assert.NotNull(IndexSegmentCodec.Decode(_keys, segment, "index/x") ?? throw Foreign()));
            Assert.Contains("index/x", e.Message, StringComparison.Ordinal);
            segment[i] ^= 0x10;
        }
    }

    [Fact]
    public void A_segment_cut_anywhere_is_refused()
    {
        byte[] segment = IndexSegmentCodec.Encode(_keys, ChunkKind.Data, [Pack(new Random(5), 3)]);
        for (int length = 0; length < segment.Length; length++)
        {
            Assert.ThrowsAny<SnapFsException>(() =>
                IndexSegmentCodec.Decode(_keys, segment.AsSpan(0, length), "index/x"));
        }
    }

    [Fact]
    public void A_segment_of_another_repository_is_refused()
    {
        byte[] segment = IndexSegmentCodec.Encode(new TestDomainKeys(2), ChunkKind.Data, [Pack(new Random(6), 3)]);

        DamagedException e = Assert.Throws<DamagedException>(() => IndexSegmentCodec.Decode(_keys, segment, "index/x"));

        Assert.Contains("another repository", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A flip in the domain id makes it a segment of another domain, which a reader skips.</summary>
    private static DamagedException Foreign() => new("index/x", "of another domain");

    private static IndexedPack Pack(Random random, int chunks) =>
        ChunkIndexTests.RandomPack(random, chunks, ChunkKind.Data);
}
