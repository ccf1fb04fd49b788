using SnapFs.Testing;
using SnapFs.Testing.Volumes;
using SnapFs.Volumes.Dumps;

namespace SnapFs.Volumes.Tests.Dumps;

public sealed class DumpWeaverTests
{
    public static TheoryData<string> Samples => [.. DumpSamples.Names];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_comes_back_from_its_skeleton_and_contents(string name) =>
        Seeds.ForEach(1, random => AssertWeaves(DumpSamples.Read(name), random));

    [Fact]
    public void Contents_around_the_threshold_come_back_wherever_they_stand() => Seeds.ForEach(200, random =>
    {
        byte[][] records = new byte[random.Next(12)][];
        for (int i = 0; i < records.Length; i++)
        {
            byte[] content = DumpBytes.Content(random.BytesOf(Splice.Threshold + random.Next(-3, 4)));
            records[i] = random.Next(3) switch
            {
                0 => DumpBytes.Vnode(2, (uint)i, DumpBytes.Type(1), content),
                1 => DumpBytes.Vnode(2, (uint)i, content, DumpBytes.Type(1)),
                _ => DumpBytes.Vnode(2, (uint)i),
            };
        }

        AssertWeaves(DumpBytes.Dump(records), random);
    });

    [Fact]
    public void A_skeleton_whose_contents_add_up_to_too_much_is_refused()
    {
        byte[] huge = [(byte)'h', 0x3F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];
        byte[] vnode = DumpBytes.Vnode(2, 1, DumpBytes.Type(1), huge);

        Assert.Throws<DumpException>(() => DumpWeaver.Read(new MemoryStream(DumpBytes.Dump(vnode, vnode))));
    }

    private static void AssertWeaves(byte[] dump, Random random)
    {
        SkeletonBuffer sink = new();
        List<(VnodeRecord Record, byte[] Content)> records =
            DumpBytes.Read(new DribblingStream(dump, random, mostAtOnce: 100_000), sink);
        byte[] skeleton = sink.ToArray();
        byte[][] contents = [.. records.Select(pair => pair.Content).Where(content => content.Length > Splice.Threshold)];
        byte[] all = [.. contents.SelectMany(content => content)];

        DumpWeaver weaver = DumpWeaver.Read(new MemoryStream(skeleton));

        Assert.Equal(dump.Length, weaver.Length);
        Assert.Equal(all.Length, weaver.ContentsLength);
        Assert.Equal(sink.Splices, Enumerable.Range(0, weaver.Count).Select(number => weaver[number]));
        Assert.True(dump.AsSpan().SequenceEqual(Weave(weaver, skeleton, all)));
        for (int i = 0; i < 200; i++)
        {
            int offset = random.Next(dump.Length);
            WovenRange range = weaver.Find(offset);
            byte[] source = range.IsSkeleton ? skeleton : all;
            Assert.True(range.Length > 0);
            Assert.True(dump.AsSpan(offset, (int)range.Length).SequenceEqual(source.AsSpan((int)range.Offset, (int)range.Length)));
            if (!range.IsSkeleton)
            {
                Assert.Equal(dump[offset], contents[range.ContentNumber][range.OffsetInContent]);
            }
        }

        Assert.Equal(0, weaver.Find(weaver.Length).Length);
    }

    private static byte[] Weave(DumpWeaver weaver, byte[] skeleton, byte[] contents)
    {
        using MemoryStream dump = new();
        while (dump.Length < weaver.Length)
        {
            WovenRange range = weaver.Find(dump.Length);
            dump.Write(range.IsSkeleton ? skeleton : contents, (int)range.Offset, (int)range.Length);
        }

        return dump.ToArray();
    }
}
