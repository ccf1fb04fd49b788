using SnapFs.Afs.Chains;
using SnapFs.Afs.Reading;
using SnapFs.Afs.Tests.Chains;
using SnapFs.Testing;
using SnapFs.Testing.Volumes;

namespace SnapFs.Afs.Tests.Reading;

public sealed class OriginalDumpTests
{
    public static TheoryData<string> Samples => new(DumpSamples.Names);

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_dump_comes_back_byte_for_byte_and_in_any_range(string sample)
    {
        byte[] whole = DumpSamples.Read(sample);
        using StoredVolume volume = new(new VolumeState<KeptVnode>(), whole);
        OriginalDump dump = volume.OpenOriginal();

        Assert.Equal(whole, FullDumpTests.ReadAll(dump));
        Seeds.ForEach(20, random => DumpRanges.AssertEqual(whole, dump, random));
    }
}
