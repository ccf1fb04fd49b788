using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Tests.Keys;
using SnapFs.Snapshots;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Objects;

public sealed class SnapshotCodecTests : OpenRepositoryTest
{
    [Fact]
    public void A_snapshot_comes_back_as_it_was()
    {
        SnapshotHead head = SampleSnapshot.Head() with { Previous = ObjectId.Of("x"u8), IsPartial = true, HasXattrs = true };
        byte[] content = SnapshotCodec.Encode(Keys, head, SampleSnapshot.Body());
        ObjectId id = ObjectId.Of(content);

        SnapshotHead read = SnapshotCodec.DecodeHead(Keys, content, id);
        SnapshotBody body = SnapshotCodec.DecodeBody(Keys, content, id);

        Assert.Equal(head.Tags, read.Tags);
        Assert.Equal(head with { Id = id, Tags = read.Tags }, read);
        Assert.Equal(SampleSnapshot.Body().RootNode.ToArray(), body.RootNode.ToArray());
        Assert.Equal("root"u8.ToArray(), body.RootUser.ToArray());
        Assert.Equal("wheel"u8.ToArray(), body.RootGroup.ToArray());
        Assert.Equal(2, body.Paths.Count);
        Assert.Equal([0x2F, 0xFF], body.Paths[1].ToArray());
        Assert.Equal(["/usr/x: permission denied", "größer"], body.Problems.Select(problem => problem.Text));
    }

    [Fact]
    public void A_snapshot_of_a_volume_comes_back_as_it_was()
    {
        SnapshotHead increment = SampleSnapshot.VolumeHead();
        SnapshotHead full = increment with
        {
            Volume = increment.Volume! with { Full = null, Predecessor = null },
            Dump = increment.Dump! with { From = 0, TakenAt = null },
        };
        SnapshotHead salvaged = full with { IsPartial = true, Dump = full.Dump with { Salvage = new DumpSalvage(1L << 32, 12) } };
        SnapshotHead fromCell = full with
        {
            Dump = full.Dump with
            {
                Salvage = new DumpSalvage(5, 0, SalvageCause.Damaged),
                Identity = ChunkId.Read(ObjectId.Of("dump"u8).Span),
                IsInService = false,
                Life = new VolumeLife(1, uint.MaxValue),
            },
        };
        foreach (SnapshotHead head in (SnapshotHead[])[increment, full, salvaged, fromCell])
        {
            byte[] content = SnapshotCodec.Encode(Keys, head, SampleSnapshot.Body());
            SnapshotHead read = SnapshotCodec.DecodeHead(Keys, content, ObjectId.Of(content));
            Assert.Equal((head.Volume, head.Dump), (read.Volume, read.Dump));
        }
    }

    [Fact]
    public void A_chain_of_half_a_place_is_refused()
    {
        SnapshotHead head = SampleSnapshot.VolumeHead();
        head = head with { Volume = head.Volume! with { Full = null } };
        byte[] fields = SnapshotFields.EncodeHead(head);
        AssertFinding(
            Assert.Throws<InvalidEncodingException>(() => SnapshotFields.DecodeHead(fields, default, "it")),
            "a chain is incomplete");
        AssertFinding(
            Assert.Throws<EncodingLimitException>(() => SnapshotCodec.Encode(Keys, head, SampleSnapshot.Body())),
            "a chain is incomplete");
    }

    [Fact]
    public void Any_byte_flipped_in_a_snapshot_is_detected_and_named()
    {
        byte[] content = SnapshotCodec.Encode(Keys, SampleSnapshot.Head(), SampleSnapshot.Body());
        ObjectId id = ObjectId.Of(content);
        for (int i = 0; i < content.Length; i++)
        {
            content[i] ^= 0x10;
            AssertRefused(() => SnapshotCodec.DecodeHead(Keys, content, id), $"snapshots/{id}");
            content[i] ^= 0x10;
        }
    }

    [Fact]
    public void A_snapshot_cut_anywhere_is_refused()
    {
        byte[] content = SnapshotCodec.Encode(Keys, SampleSnapshot.Head(), SampleSnapshot.Body());
        ObjectId id = ObjectId.Of(content);
        for (int length = 0; length < content.Length; length++)
        {
            AssertRefused(() => SnapshotCodec.DecodeHead(Keys, content.AsSpan(0, length), id), $"snapshots/{id}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void A_host_that_is_no_name_of_a_folder_is_not_written(string host) =>
        Assert.Throws<EncodingLimitException>(
            () => SnapshotCodec.Encode(Keys, SampleSnapshot.Head() with { Host = host }, SampleSnapshot.Body()));

    [Fact]
    public async Task A_snapshot_of_another_repository_is_refused()
    {
        await using MemoryStorage other = new();
        using OpenedRepository foreign = await TestRepository.CreateAsync(other);
        byte[] content = SnapshotCodec.Encode(foreign.Keys.Domain, SampleSnapshot.Head(), SampleSnapshot.Body());

        AssertRefused(() => SnapshotCodec.DecodeHead(Keys, content, ObjectId.Of(content)), "another repository");
    }

    private static void AssertFinding(SnapFsException e, string expected) =>
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);

    private static void AssertRefused(Action decode, string expected)
    {
        SnapFsException e = Assert.ThrowsAny<SnapFsException>(decode);
        Assert.True(e is DamagedException or NewerFormatException, e.ToString());
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }
}
