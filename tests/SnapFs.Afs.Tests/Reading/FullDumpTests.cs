using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Reading;
using SnapFs.Afs.Tests.Chains;
using SnapFs.Afs.Tests.Dumps;
using SnapFs.Testing;
using SnapFs.Testing.Volumes;

namespace SnapFs.Afs.Tests.Reading;

public sealed class FullDumpTests
{
    public static TheoryData<string> FullSamples =>
        new(DumpSamples.Names.Where(name => name.Contains("full", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(VolumeStateSampleTests.ChainsOfSamples), MemberType = typeof(VolumeStateSampleTests))]
    public void The_dump_made_up_of_a_state_has_its_vnodes_fid_for_fid(string list, string[] dumps)
    {
        Assert.NotEmpty(list);
        VolumeState<KeptVnode> state = new();
        foreach (string dump in dumps)
        {
            state = VolumeContents.Apply(state, DumpSamples.Read($"{dump}.dump"));
        }

        using StoredVolume volume = StoredVolume.OfChain(dumps);
        FullDump full = volume.OpenFull();
        byte[] bytes = ReadAll(full);
        List<(VnodeRecord Record, byte[] Content)> records = DumpBytes.Read(bytes);

        Assert.Equal(full.Length, bytes.Length);
        Assert.Equal(state.Count, full.Count);
        Assert.Equal(
            Enumerable.Range(0, state.Count).Select(i => Describe(state.ValueAt(i).Record, state.ValueAt(i).Content)),
            records.Select(pair => Describe(pair.Record, pair.Content)));
    }

    [Theory]
    [MemberData(nameof(VolumeStateSampleTests.ChainsOfSamples), MemberType = typeof(VolumeStateSampleTests))]
    public void Its_headers_are_those_of_the_last_dump_but_full_and_in_service(string list, string[] dumps)
    {
        Assert.NotEmpty(list);
        using StoredVolume volume = StoredVolume.OfChain(dumps);
        DumpReader last = new(new MemoryStream(DumpSamples.Read($"{dumps[^1]}.dump")));

        DumpReader full = new(volume.OpenFull().OpenStream());

        Assert.Equal([new DumpInterval(0, last.Header.Intervals[0].To)], full.Header.Intervals);
        Assert.Equal(last.Header with { Intervals = [] }, full.Header with { Intervals = [] });
        Assert.Equal(last.Volume.WeekUse, full.Volume.WeekUse);
        uint[] none = [];
        Assert.Equal(
            last.Volume with { WeekUse = none, InService = 1, Blessed = 1 }, full.Volume with { WeekUse = none });
    }

    [Theory]
    [MemberData(nameof(FullSamples))]
    public void Of_a_full_dump_it_is_what_vos_wrote_byte_for_byte(string sample)
    {
        using StoredVolume volume = StoredVolume.OfChain([sample[..^".dump".Length]]);
        byte[] original = DumpSamples.Read(sample);

        Assert.Equal(original, ReadAll(volume.OpenFull()));
    }

    [Fact]
    public void Orphans_are_in_it()
    {
        // Without the root, whatever it named is an orphan.
        VolumeStateBuilder<KeptVnode> builder = new(new VolumeState<KeptVnode>());
        byte[] dump = DumpSamples.Read("user.alice.s4.full.dump");
        List<(VnodeRecord Record, byte[] Content)> expected = [.. DumpBytes.Read(dump).Where(pair => pair.Record.Vnode != 1)];
        foreach ((VnodeRecord record, byte[] content) in expected)
        {
            builder.Put(record.Vnode, record.Uniq, new KeptVnode(record, content));
        }

        using StoredVolume volume = new(builder.Build(), dump);

        Assert.Equal(
            expected.Select(pair => Describe(pair.Record, pair.Content)),
            DumpBytes.Read(ReadAll(volume.OpenFull())).Select(pair => Describe(pair.Record, pair.Content)));
    }

    [Fact]
    public void Any_range_of_it_is_that_of_the_whole()
    {
        using StoredVolume volume = StoredVolume.OfChain(["user.alice.s0.full", "user.alice.s1.inc"]);
        FullDump full = volume.OpenFull();
        byte[] whole = ReadAll(full);
        Seeds.ForEach(300, random => DumpRanges.AssertEqual(whole, full, random));
    }

    [Fact]
    public async Task Readers_at_once_do_not_disturb_each_other()
    {
        using StoredVolume volume = StoredVolume.OfChain(["user.alice.s0.full"]);
        FullDump full = volume.OpenFull();
        byte[] whole = ReadAll(full);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => Seeds.ForEach(50, random => DumpRanges.AssertEqual(whole, full, random)))));
    }

    internal static byte[] ReadAll(DumpContent dump)
    {
        using Stream stream = dump.OpenStream();
        using MemoryStream all = new();
        stream.CopyTo(all, 5000);
        return all.ToArray();
    }

    private static string Describe(VnodeRecord record, byte[] content)
    {
        string accessList = record.AccessList is null ? "" : Convert.ToHexString(record.AccessList);
        return $"{record with { AccessList = null, Fields = record.Fields & ~VnodeFields.Group }} {record.Type} {record.Mode} "
            + $"{record.Links} {record.DataVersion} {record.Modified} {record.Author} {record.Owner} {record.Group} {record.Parent} "
            + $"{record.ServerModified} {record.HasContent} {accessList} {Convert.ToHexString(content)}";
    }
}
