using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Tests.Fuzzing;
using SnapFs.Repository.Writing;
using Xunit;

namespace SnapFs.Repository.Tests.Indexes;

public sealed class IndexObjectCodecTests : IDisposable
{
    private readonly TestDomainKeys _keys = new();
    private readonly WritingRun _run;

    public IndexObjectCodecTests() => _run = _keys.NewRun();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3000)]
    public void An_object_comes_back_as_it_was_written(int chunks)
    {
        Random random = new(chunks);
        using IndexRunBuilder tables = IndexSamples.Tables([Pack(random, chunks), Pack(random, 1)]);
        ObjectId replaced = ObjectId.Of("replaced"u8);

        using IndexObject? decoded = Decode(IndexObjectCodec.Encode(_run, ChunkKind.Data, tables, replaced));

        Assert.NotNull(decoded);
        Assert.True(decoded.IsTrusted);
        Assert.Equal(ChunkKind.Data, decoded.Kind);
        Assert.Equal([replaced], decoded.Replaced.ToArray());
        Assert.True(BytesOf(tables.Seals).SequenceEqual(BytesOf(decoded.Seals)));
        Assert.True(BytesOf(tables.Packs).SequenceEqual(BytesOf(decoded.Packs)));
        Assert.True(BytesOf(tables.Frames).SequenceEqual(BytesOf(decoded.Frames)));
        Assert.True(BytesOf(tables.Chunks).SequenceEqual(BytesOf(decoded.Chunks)));
    }

    [Fact]
    public void Any_flipped_byte_is_refused_and_the_object_named_or_it_does_not_count()
    {
        byte[] content = Sample();
        for (int i = 0; i < content.Length; i++)
        {
            content[i] ^= 0x10;
            try
            {
                using IndexObject? decoded = Decode(content);
                Assert.False(decoded?.IsTrusted ?? false, $"byte {i}");
            }
            catch (SnapFsException e)
            {
                Assert.True(e is DamagedException or NewerFormatException, e.ToString());
                Assert.Contains("index/x", e.Message, StringComparison.Ordinal);
            }

            content[i] ^= 0x10;
        }
    }

    [Fact]
    public void An_object_cut_anywhere_is_refused_or_does_not_count()
    {
        byte[] content = Sample();
        for (int length = 0; length < content.Length; length++)
        {
            try
            {
                using IndexObject? decoded = Decode(content[..length]);
                Assert.Null(decoded);
            }
            catch (DamagedException e)
            {
                Assert.Contains("index/x", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void An_object_of_another_repository_is_passed_over()
    {
        TestDomainKeys others = new(2);
        using WritingRun run = others.NewRun();
        using IndexRunBuilder tables = IndexSamples.Tables([Pack(new Random(6), 3)]);

        Assert.Null(Decode(IndexObjectCodec.Encode(run, ChunkKind.Data, tables)));
    }

    [Fact]
    public void An_object_of_a_signer_who_was_revoked_tells_where_chunks_may_lie_and_replaces_nothing()
    {
        using IndexRunBuilder tables = IndexSamples.Tables([Pack(new Random(7), 3)]);
        byte[] content = IndexObjectCodec.Encode(_run, ChunkKind.Data, tables, ObjectId.Of("replaced"u8));
        _keys.Signers.Add(new Revocation(_keys.Signer, "lost"));

        using IndexObject? decoded = Decode(content);

        Assert.NotNull(decoded);
        Assert.False(decoded.IsTrusted);
        Assert.Empty(decoded.Replaced.ToArray());
        Assert.Equal(3, decoded.Chunks.Length);
    }

    [Fact]
    public void An_object_with_a_table_that_is_not_known_says_that_it_has_more()
    {
        using IndexObject? known = Decode(Sample());
        using IndexObject? more = Decode(HostileObjects.Index(_run, [1, 4, 1, 10, 1, 0], [])); // table 10, no records of one byte

        Assert.False(known?.HasMore);
        Assert.True(more?.HasMore);
    }

    [Fact]
    public void An_object_with_a_field_that_is_not_known_says_that_it_has_more()
    {
        using IndexObject? known = Decode(HostileObjects.Index(_run, [1, 1, 0], [])); // no tables
        using IndexObject? inHead = Decode(HostileObjects.Index(_run, [1, 1, 0, 2, 1, 7], []));
        using IndexObject? inClear = Decode(HostileObjects.Index(_run, [1, 1, 0], [], 16, 1, 7));

        Assert.False(known?.HasMore);
        Assert.True(inHead?.HasMore);
        Assert.True(inClear?.HasMore);
    }

    private static ReadOnlySpan<byte> BytesOf<T>(ReadOnlySpan<T> records)
        where T : unmanaged => MemoryMarshal.AsBytes(records);

    private byte[] Sample()
    {
        using IndexRunBuilder tables = IndexSamples.Tables([Pack(new Random(4), 3)]);
        return IndexObjectCodec.Encode(_run, ChunkKind.Data, tables);
    }

    private IndexObject? Decode(byte[] content) => IndexObjectCodec.Decode(_keys, content, ObjectId.Of(content), "index/x");

    private static IndexedPack Pack(Random random, int chunks) =>
        ChunkIndexTests.RandomPack(random, chunks, ChunkKind.Data);
}
