using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Tests.Keys;
using SnapFs.Repository.Writing;
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
        head = head with { PathsHash = new byte[32], FormerIds = [ObjectId.Of("former"u8)] };
        byte[] content = Encode(head, SampleSnapshot.Body());
        ObjectId id = ObjectId.Of(content);

        SnapshotHead read = Decode(content, id);
        SnapshotBody body = SnapshotCodec.DecodeBody(Keys, content, id);

        Assert.Equal(head.Tags, read.Tags);
        Assert.Equal((Keys.Domain, Keys.Signer, 7UL), (read.Domain, read.Signer, read.Sequence));
        Assert.Equal(head.PathsHash.ToArray(), read.PathsHash.ToArray());
        Assert.Equal(head.FormerIds, read.FormerIds);
        Assert.Equal(
            head with
            {
                Id = id,
                Tags = read.Tags,
                Domain = read.Domain,
                Signer = read.Signer,
                Run = read.Run,
                Sequence = read.Sequence,
                PathsHash = read.PathsHash,
                FormerIds = read.FormerIds,
            },
            read);
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
            byte[] content = Encode(head, SampleSnapshot.Body());
            SnapshotHead read = Decode(content, ObjectId.Of(content));
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
            Assert.Throws<EncodingLimitException>(() => Encode(head, SampleSnapshot.Body())),
            "a chain is incomplete");
    }

    [Fact]
    public void A_snapshot_with_any_byte_flipped_does_not_count_or_is_damaged()
    {
        byte[] content = Encode(SampleSnapshot.Head(), SampleSnapshot.Body());
        int signed = SignedObject.TryRead(content, FormatKind.Snapshot)!.PartLength; // it was encoded as one
        for (int i = 0; i < content.Length; i++)
        {
            content[i] ^= 0x10;
            ObjectId id = ObjectId.Of(content);
            Assert.Equal(i < signed, SnapshotCodec.DecodeHead(Keys, content, id) is null);
            DamagedException e = Assert.Throws<DamagedException>(() => SnapshotCodec.DecodeBody(Keys, content, id));
            Assert.Equal($"snapshots/{Keys.DomainName}/{id}", e.Subject);
            content[i] ^= 0x10;
        }
    }

    [Fact]
    public void The_signed_part_of_a_snapshot_is_enough_for_its_head_and_less_is_not()
    {
        byte[] content = Encode(SampleSnapshot.Head(), SampleSnapshot.Body());
        ObjectId id = ObjectId.Of(content);
        int signed = SignedObject.TryRead(content, FormatKind.Snapshot)!.PartLength; // it was encoded as one
        Assert.Equal(SampleSnapshot.Head().Host, Decode(content[..signed], id).Host);
        for (int length = 0; length < signed; length++)
        {
            Assert.Null(SnapshotCodec.DecodeHead(Keys, content.AsSpan(0, length), id));
        }
    }

    [Fact]
    public void A_snapshot_that_a_voucher_names_counts_whoever_signed_it()
    {
        TestDomainKeys keys = new();
        TestDomainKeys stranger = new(2);
        byte[] content = Encode(SampleSnapshot.Head(), SampleSnapshot.Body());
        Assert.Null(SnapshotCodec.DecodeHead(keys, content, ObjectId.Of(content)));

        using WritingRun run = keys.NewRun();
        content = SnapshotCodec.Encode(run, 0, SampleSnapshot.Head(), SampleSnapshot.Body());
        ObjectId id = ObjectId.Of(content);
        Assert.NotNull(SnapshotCodec.DecodeHead(keys, content, id));
        keys.Signers.Add(new Revocation(keys.Signer, "stolen"));
        Assert.Null(SnapshotCodec.DecodeHead(keys, content, id));
        keys.Signers.Add(new Voucher(stranger.Domain, [id]));
        Assert.Null(SnapshotCodec.DecodeHead(keys, content, id));
        keys.Signers.Add(new Voucher(keys.Domain, [id]));
        Assert.NotNull(SnapshotCodec.DecodeHead(keys, content, id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void A_host_that_is_no_name_of_a_folder_is_not_written(string host) =>
        Assert.Throws<EncodingLimitException>(
            () => Encode(SampleSnapshot.Head() with { Host = host }, SampleSnapshot.Body()));

    [Fact]
    public async Task A_snapshot_of_another_repository_does_not_count()
    {
        await using MemoryStorage other = new();
        using OpenedRepository foreign = await TestRepository.CreateAsync(other);
        using WritingRun run = new(foreign.Keys.Own, ShortId.Random(), 1);
        byte[] content = SnapshotCodec.Encode(run, 0, SampleSnapshot.Head(), SampleSnapshot.Body());

        Assert.Null(SnapshotCodec.DecodeHead(Keys, content, ObjectId.Of(content)));
    }

    private static void AssertFinding(SnapFsException e, string expected) =>
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);

    private byte[] Encode(SnapshotHead head, SnapshotBody body)
    {
        using WritingRun run = new(Keys, ShortId.Random(), 7);
        return SnapshotCodec.Encode(run, 3, head, body);
    }

    private SnapshotHead Decode(byte[] content, ObjectId id) => SnapshotCodec.DecodeHead(Keys, content, id)
        ?? throw new InvalidOperationException("it does not count");
}
