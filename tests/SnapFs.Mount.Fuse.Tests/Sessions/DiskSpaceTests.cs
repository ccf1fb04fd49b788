using SnapFs.Mount.Tests.Fakes;
using SnapFs.Testing.Processes;

namespace SnapFs.Mount.Fuse.Tests.Sessions;

/// <summary>What those who watch disks see of a mount.</summary>
public sealed class DiskSpaceTests
{
    [SkippableTheory]
    [InlineData("--output=size,used,avail,pcent", "0 0 0 -")]
    [InlineData("--output=itotal,iused,iavail,ipcent", "0 0 0 -")]
    public void A_mount_is_no_full_disk(string columns, string expected)
    {
        MountFixture.Require();
        using MountFixture mount = new(TestNode.Directory(("file", TestNode.Text("takes space"))));

        string shown = ProcessRunner.Run("df", [columns, mount.MountPoint]).Expect().Output.Split('\n')[1];

        Assert.Equal(expected, string.Join(' ', shown.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.DoesNotContain(mount.MountPoint, ProcessRunner.Run("df", []).Output, StringComparison.Ordinal);
    }
}
