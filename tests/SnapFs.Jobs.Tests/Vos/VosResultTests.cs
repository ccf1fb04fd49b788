using SnapFs.Jobs.Vos;

namespace SnapFs.Jobs.Tests.Vos;

public sealed class VosResultTests
{
    [Fact]
    public void What_vos_says_becomes_one_line_that_says_what_to_do()
    {
        VosResult result = new("vos restore", 1, "", """
            vos: Could not get afs tokens, running unauthenticated.
            Could not get an Id for the volume user.alice.R
            VLDB: no permission access for call
            Error in vos restore command.
            VLDB: no permission access for call
            """);

        JobException e = Assert.Throws<JobException>(result.Expect);

        Assert.Equal(
            "'vos restore' failed: Could not get an Id for the volume user.alice.R; VLDB: no permission access for call; get tokens "
            + "of an administrator first, or run as root on a server with --localauth",
            e.Message);
    }

    [Fact]
    public void Where_a_volume_lies_is_read_from_what_vos_examine_prints()
    {
        VolumeSite site = VolumeSite.Parse("name\t\troot.cell\nid\t\t536870915\nserv\t\t127.1.0.1\tafs1\npart\t\t/vicepa\n");

        Assert.Equal(new VolumeSite("127.1.0.1", "/vicepa"), site);
    }
}
