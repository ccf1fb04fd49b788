using SnapFs.Afs.Dumps;
using SnapFs.Testing;
using SnapFs.Testing.Volumes;

namespace SnapFs.Afs.Tests.Dumps;

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

    [Theory]
    [InlineData("user.alice.s2.inc.dump")]
    [InlineData("user.alice.s3.inc.dump")]
    public void A_sample_cut_anywhere_comes_back_as_far_as_it_goes(string name) => Seeds.ForEach(1, random =>
    {
        byte[] dump = DumpSamples.Read(name);
        int headers = DumpPieces.Of(dump).Headers.Length;
        for (int length = headers + 1; length < dump.Length; length += random.Next(1, 60))
        {
            SkeletonBuffer sink = new();
            byte[] contents = ReadCut(new DribblingStream(dump[..length], random, mostAtOnce: 5000), sink);
            byte[] skeleton = sink.ToArray();

            DumpWeaver weaver = DumpWeaver.ReadCut(new MemoryStream(skeleton), contents.Length);

            Assert.Equal(length, weaver.Length);
            Assert.True(dump.AsSpan(0, length).SequenceEqual(Weave(weaver, skeleton, contents)));
            Assert.Throws<InvalidEncodingException>(
                () => DumpWeaver.ReadCut(new MemoryStream(skeleton), contents.Length + (1L << 40)));
            Assert.Throws<InvalidEncodingException>(() => DumpWeaver.ReadCut(new MemoryStream(skeleton), -1));
        }
    });

    [Fact]
    public void A_damaged_dump_is_woven_again_up_to_the_damage()
    {
        using MemoryStream bytes = new();
        new SyntheticVolume { Directories = 3, Files = 20, LengthOf = file => file * 97 }.OpenDump().CopyTo(bytes);
        byte[] sample = bytes.ToArray();
        int salvaged = 0;
        Seeds.ForEach(300, random =>
        {
            byte[] dump = random.MutateDump(sample, sample);
            SkeletonBuffer sink = new();
            using MemoryStream contents = new();
            DumpReader? reader = null;
            try
            {
                reader = new DumpReader(new DribblingStream(dump, random, mostAtOnce: 100), sink);
                byte[] piece = new byte[1000];
                while (reader.Read() is var step && step != DumpStep.End)
                {
                    for (int read; step == DumpStep.Content && (read = reader.ReadContent(piece)) > 0;)
                    {
                        contents.Write(reader.IsLongContent ? piece.AsSpan(0, read) : default);
                    }
                }
            }
            catch (DumpException fault) when (reader is not null && fault.CanSalvage)
            {
                reader.Salvage(fault);
                salvaged++;
                Assert.Equal(fault.Offset, reader.Offset);
                DumpWeaver weaver = DumpWeaver.ReadCut(new MemoryStream(sink.ToArray()), contents.Length);
                Assert.Equal(fault.Offset, weaver.Length);
            }
            catch (DumpException)
            {
                // Nothing before the damage is whole.
            }
        });
        Assert.True(salvaged > 50 || Environment.GetEnvironmentVariable(Seeds.Variable) is not null);
    }

    /// <summary>The long contents of a dump that ends early, the beginning of the last one with them.</summary>
    private static byte[] ReadCut(Stream dump, SkeletonBuffer sink)
    {
        using MemoryStream contents = new();
        DumpReader reader = new(dump, sink);
        byte[] piece = new byte[1000];
        DumpException cut = Assert.Throws<DumpException>(() =>
        {
            while (reader.Read() is var step && step != DumpStep.End)
            {
                for (int read; step == DumpStep.Content && (read = reader.ReadContent(piece)) > 0;)
                {
                    contents.Write(reader.IsLongContent ? piece.AsSpan(0, read) : default);
                }
            }
        });
        Assert.Equal(DumpFault.Truncated, cut.Fault);
        reader.Salvage(cut);
        Assert.Equal(cut.Offset, reader.Offset);
        return contents.ToArray();
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
