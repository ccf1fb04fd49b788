using SnapFs.Jobs.Vos;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Tests.Vos;

public sealed class ExaminedVolumeTests
{
    private const string Clone = """
        name		x.one.backup
        id		536870920
        serv		127.1.0.1	afs1.snapfs.test
        part		/vicepa
        status		OK
        backupID	0
        parentID	536870918
        cloneID		0
        inUse		Y
        type		BK
        creationDate	1795906190	Sat Nov 28 22:49:50 2026
        accessDate	0        	Thu Jan  1 00:00:00 1970
        updateDate	1795906180	Sat Nov 28 22:49:40 2026
        backupDate	1795906190	Sat Nov 28 22:49:50 2026
        copyDate	1795906185	Sat Nov 28 22:49:45 2026
        """;

    [Fact]
    public void What_vos_examine_prints_is_read()
    {
        ExaminedVolume volume = ExaminedVolume.Parse(Clone);

        Assert.Equal(("x.one.backup", 536870920U, 536870918U, false), (volume.Name, volume.Id, volume.ParentId, volume.IsReadWrite));
        Assert.Equal(1795906180U, volume.UpdateDate);
        Assert.Equal(new VolumeLife(1795906190, 1795906185), volume.Life);
        Assert.Equal(new VolumeSite("127.1.0.1", "/vicepa"), volume.Site);
        Assert.Equal(536870920U, ExaminedVolume.Parse(Clone.Replace("BK", "RW", StringComparison.Ordinal)).ParentId);
    }

    [Theory]
    [InlineData("copyDate")]
    [InlineData("id\t")]
    [InlineData("name")]
    public void What_it_does_not_say_is_named(string field)
    {
        string text = string.Join('\n', Clone.Split('\n').Where(line => !line.StartsWith(field, StringComparison.Ordinal)));

        JobException e = Assert.Throws<JobException>(() => ExaminedVolume.Parse(text));

        Assert.Contains($"does not say the {field.Trim()} of the volume", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user.alice", true, true)]
    [InlineData("user.with.a.name.of.26.byte", true, false)]
    [InlineData("a.name.of.thirty-one.characters", true, false)]
    [InlineData("a.name.of.thirty-two..characters", false, false)]
    [InlineData("user.alice.backup", true, false)]
    [InlineData("536870918", true, false)]
    [InlineData("", false, false)]
    [InlineData("a b", false, false)]
    [InlineData("-x", false, false)]
    public void What_the_cell_has_can_be_named_and_what_vos_gives_can_be_given(string name, bool canBeNamed, bool canBeGiven)
    {
        Assert.Equal(canBeNamed, Record.Exception(() => VolumeServer.RequireName(name)) is null);
        Assert.Equal(canBeGiven, Record.Exception(() => VolumeServer.RequireNewName(name)) is null);
    }
}
