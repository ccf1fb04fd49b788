using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Tests.Chains;
using SnapFs.Afs.Trees;
using SnapFs.Testing.Trees;
using SnapFs.Testing.Volumes;

namespace SnapFs.Afs.Tests.Dumps;

/// <summary>The volumes that tests of scale are made of, and the reader at that scale.</summary>
public sealed class SyntheticVolumeTests
{
    [Fact]
    public void A_synthetic_volume_is_sound_and_holds_what_it_says()
    {
        using Stream dump = new SyntheticVolume { Directories = 3, Files = 100 }.OpenDump();
        VolumeStateBuilder<KeptVnode> builder = new(new VolumeState<KeptVnode>());
        foreach ((VnodeRecord record, byte[] content) in DumpBytes.Read(dump))
        {
            builder.Put(record.Vnode, record.Uniq, new KeptVnode(record, content));
        }

        VolumeState<KeptVnode> state = builder.Build();
        VolumeTree tree = VolumeContents.TreeOf(state);

        Assert.Empty(tree.Problems);
        Assert.Equal(4 + 3 + 100, tree.Directories.ToArray().Sum(directory => tree.EntriesOf(directory).Count()));
        Assert.Equal(SyntheticVolume.ContentAt(42, 7), state.ValueAt(state.IndexOf(8 + (2 * 42))).Content[7]);
    }

    [Fact]
    public void Many_records_and_a_content_beyond_4_GiB_need_no_memory()
    {
        const long Huge = (1L << 32) + 5;
        SyntheticVolume volume = new()
        {
            Directories = 50,
            Files = TestScale.Choose(20_000, 1_000_000),
            RootFileLength = TestScale.Choose(1_000_000, Huge),
        };
        using Stream dump = volume.OpenDump();
        DumpReader reader = new(dump);
        byte[] piece = new byte[1 << 20];
        long records = 0;
        long longest = 0;
        for (DumpStep step; (step = reader.Read()) != DumpStep.End;)
        {
            if (step == DumpStep.Record)
            {
                records++;
                longest = Math.Max(longest, reader.Record.ContentLength);
                continue;
            }

            long length = 0;
            for (int read; (read = reader.ReadContent(piece)) > 0;)
            {
                length += read;
            }

            Assert.Equal(reader.Record.ContentLength, length);
        }

        Assert.Equal(1 + 50 + 3 + volume.Files, records);
        Assert.Equal(volume.RootFileLength, longest);
    }
}
