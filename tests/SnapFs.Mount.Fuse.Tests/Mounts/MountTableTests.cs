using SnapFs.Mount.Fuse.Mounts;

namespace SnapFs.Mount.Fuse.Tests.Mounts;

public sealed class MountTableTests
{
    private const string Table = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        40 22 0:39 / /mnt/a\040b ro,nosuid,nodev,relatime shared:2 master:3 - fuse.snapfs snapfs rw,user_id=0,group_id=0
        41 22 0:40 / /mnt/over ro - tmpfs tmpfs rw
        42 22 0:41 / /mnt/over ro - fuse.snapfs /srv/a,b\134c\043 rw
        43 22 0:42 / /mnt/auto rw - autofs systemd-1 rw,direct
        malformed
        """;

    [Fact]
    public void A_mount_point_with_a_space_is_found() =>
        Assert.Equal(new MountLine("0:39", "fuse.snapfs", "snapfs"), MountTable.Parse(Table, "/mnt/a b"));

    [Fact]
    public void The_mount_on_top_counts() =>
        Assert.Equal(new MountLine("0:41", "fuse.snapfs", "/srv/a,b\\c#"), MountTable.Parse(Table, "/mnt/over"));

    [Fact]
    public void A_directory_below_a_mount_is_not_one() => Assert.Null(MountTable.Parse(Table, "/mnt"));
}
