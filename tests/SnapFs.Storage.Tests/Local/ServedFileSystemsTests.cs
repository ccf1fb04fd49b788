using SnapFs.Storage;
using SnapFs.Testing.Fuse;

namespace SnapFs.Tests;

public sealed class ServedFileSystemsTests
{
    [Theory]
    [InlineData(0x6969, null, true)] // NFS
    [InlineData(0xFF534D42, null, true)] // SMB
    [InlineData(0x65735546, "fuse.sshfs", true)]
    [InlineData(0x65735546, "fuse.rclone", true)]
    [InlineData(0x65735546, "fuse", true)]
    [InlineData(0x65735546, "virtiofs", true)]
    [InlineData(0x65735546, null, true)] // no /proc
    [InlineData(0x65735546, "fuseblk", false)] // ntfs-3g
    [InlineData(0xEF53, "ext4", false)]
    [InlineData(0x9123683E, "btrfs", false)]
    [InlineData(0x01021994, "tmpfs", false)]
    public void What_a_server_keeps_or_a_program_may_have_from_one_is_not_stamped_by_this_machine(
        uint type, string? mountType, bool isServed) =>
        Assert.Equal(isServed, ServedFileSystems.Contains(type, () => mountType));

    [SkippableFact]
    public async Task A_repository_that_a_program_serves_has_another_clock_and_one_on_a_disk_has_not()
    {
        using TemporaryDirectory directory = new();
        string served = Directory.CreateDirectory(Path.Combine(directory.Path, "served")).FullName;
        FuseTree tree;
        try
        {
            tree = FuseTree.Mount(served, FuseNode.Directory(), "sshfs");
        }
        catch (FuseUnavailableException e)
        {
            throw new SkipException(e.Message);
        }

        using (tree)
        {
            await using LocalStorage remote = LocalStorage.Open(StorageAddress.Parse(served));
            Assert.True(remote.HasOtherClock);
        }

        await using LocalStorage local = LocalStorage.Open(StorageAddress.Parse(directory.Path));
        Assert.False(local.HasOtherClock);
    }
}
