using System.Security.Cryptography;
using System.Text.Json;
using SnapFs.Afs.Dumps;
using SnapFs.Testing;
using SnapFs.Testing.Volumes;

namespace SnapFs.Afs.Tests.Dumps;

/// <summary>What the real <c>vos</c> wrote.</summary>
public sealed class DumpSampleTests
{
    public static TheoryData<string> Samples => [.. DumpSamples.Names];

    [Fact]
    public void The_samples_are_those_of_the_index()
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllText(Path.Combine(DumpSamples.Folder, "INDEX.json")));
        Dictionary<string, string> sums = index.RootElement.EnumerateArray().ToDictionary(
            entry => entry.GetProperty("file").GetString()!, entry => entry.GetProperty("sha256").GetString()!); // both in each

        Assert.Equal(sums.Keys.Order(StringComparer.Ordinal), DumpSamples.Names);
        Assert.All(sums, sum =>
            Assert.Equal(sum.Value, Convert.ToHexStringLower(SHA256.HashData(DumpSamples.Read(sum.Key)))));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_that_is_read_and_written_again_is_the_same(string name)
    {
        byte[] dump = DumpSamples.Read(name);
        DumpReader headers = new(new MemoryStream(dump));
        using MemoryStream copy = new();
        DumpWriter writer = new(copy, headers.Header, headers.Volume);
        foreach ((VnodeRecord record, byte[] content) in DumpBytes.Read(dump))
        {
            long before = copy.Length;
            writer.Record(in record);
            Assert.Equal(DumpEncoder.RecordLength(in record), copy.Length - before);
            writer.Content(content);
        }

        writer.End();

        Assert.True(dump.AsSpan().SequenceEqual(copy.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_in_portions_gives_the_same_records(string name) => Seeds.ForEach(1, random =>
    {
        byte[] dump = DumpSamples.Read(name);
        List<(VnodeRecord Record, byte[] Content)> whole = DumpBytes.Read(dump);
        List<(VnodeRecord Record, byte[] Content)> portions =
            DumpBytes.Read(new DribblingStream(dump, random, mostAtOnce: 1 + random.Next(5000)), new SkeletonBuffer());

        Assert.Equal(whole.Select(pair => pair.Record.ToString()), portions.Select(pair => pair.Record.ToString()));
        Assert.All(whole.Zip(portions), pair => Assert.Equal(pair.First.Content, pair.Second.Content));
    });

    [Theory]
    [InlineData("user.alice.s4.inc-nochange.dump")]
    [InlineData("user.alice.s3.inc.dump")]
    public void A_sample_cut_anywhere_is_truncated_and_says_how_far_it_is_good(string name)
    {
        byte[] dump = DumpSamples.Read(name);
        long lastGood = 0;
        for (int length = 1; length < dump.Length; length++)
        {
            DumpException e = Assert.Throws<DumpException>(() => DumpBytes.Read(dump[..length]));
            Assert.Equal(DumpFault.Truncated, e.Fault);
            Assert.Equal(length, e.Offset);
            Assert.InRange(e.Whole.Length, lastGood, length);
            lastGood = e.Whole.Length;
        }

        Assert.Equal(dump.Length - 5, lastGood);
    }

    [Fact]
    public void The_headers_are_those_of_the_volume()
    {
        DumpReader reader = new(new MemoryStream(DumpSamples.Read("user.alice.backup.s1.inc.dump")));

        Assert.Equal(536870933u, reader.Header.VolumeId);
        Assert.Equal("user.alice.backup", reader.Header.Name);
        Assert.Equal([new DumpInterval(1795229064, 1795229068)], reader.Header.Intervals);
        Assert.Equal(536870931u, reader.Volume.ParentId);
        Assert.Equal(VolumeType.Backup, reader.Volume.Type);
        Assert.Equal(1795229066u, reader.Volume.UpdateDate);
        Assert.Equal(7, reader.Volume.WeekUse.Count);
    }
}
