using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Tests.Fuzzing;
using SnapFs.Repository.Writing;
using Xunit;

namespace SnapFs.Repository.Tests.Objects;

public sealed class HeadsCodecTests : IDisposable
{
    private readonly TestDomainKeys _keys = new();
    private readonly WritingRun _run;

    public HeadsCodecTests() => _run = _keys.NewRun();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1, 1000)]
    [InlineData(500, 3)]
    [InlineData(100, 50_000)]
    [InlineData(3, 1_000_000)]
    public void What_was_encoded_comes_back_in_its_order(int count, int length)
    {
        List<HeadsEntry> entries = [.. Enumerable.Range(0, count).Select(i => Entry(i, length))];
        ObjectId[] replaced = [ObjectId.Of("a"u8), ObjectId.Of("b"u8)];

        byte[] content = HeadsCodec.Encode(_run, entries, replaced);

        Assert.True(HeadsCodec.IsHeads(content));
        List<HeadsEntry> read = [];
        HeadsOrigin? origin = Decode(content, read);
        Assert.Equal(_keys.Signer, origin?.Signer);
        Assert.Equal(replaced, origin?.Replaced);
        Assert.Equal(entries.Select(entry => entry.Snapshot), read.Select(entry => entry.Snapshot));
        Assert.All(read, entry => Assert.True(entry.IsProven()));
    }

    [Fact]
    public void An_entry_without_room_in_a_block_is_not_written()
    {
        Assert.Throws<EncodingLimitException>(() => HeadsCodec.Encode(_run, [Entry(1, 1 << 20)]));
    }

    [Fact]
    public void A_block_or_head_that_is_too_long_is_damaged()
    {
        byte[] head = HostileObjects.HeadsHead(1);
        byte[] large = HostileObjects.HeadsBlock(_keys, [1, .. new byte[32], 0x80, 0x80, 0x80, 2, .. new byte[4 << 20]]);
        Assert.Throws<DamagedException>(() => Decode(HostileObjects.Heads(_run, head, large), []));
        Assert.Throws<DamagedException>(() => Decode(HostileObjects.Heads(_run, head, [255, 255, 255, 255]), []));
        Assert.Throws<DamagedException>(() => Decode(HostileObjects.Heads(_run, HostileObjects.HeadsHead(1UL << 33), []), []));
        Assert.Null(Decode(HostileObjects.Heads(_run, [.. head, 4, 0x80, 0x80, 0x80, 1, .. new byte[2 << 20]], []), []));
    }

    [Fact]
    public void An_object_of_somebody_who_is_trusted_no_more_does_not_count_even_if_it_is_vouched_for()
    {
        byte[] content = HeadsCodec.Encode(_run, [Entry(1, 10)]);
        _keys.Signers.Add(new Voucher(_keys.Domain, [ObjectId.Of(content)]));
        Assert.NotNull(Decode(content, []));

        _keys.Signers.Add(new Revocation(_keys.Signer, "stolen"));

        Assert.Null(Decode(content, []));
    }

    private static HeadsEntry Entry(int number, int length)
    {
        byte[] bytes = new byte[length + sizeof(int)];
        BitConverter.TryWriteBytes(bytes, number);
        return new HeadsEntry(ObjectId.Of(bytes), bytes);
    }

    private HeadsOrigin? Decode(byte[] content, List<HeadsEntry> entries) =>
        HeadsCodec.Decode(_keys, content, ObjectId.Of(content), "index/x", (_, entry) => entries.Add(entry));
}
