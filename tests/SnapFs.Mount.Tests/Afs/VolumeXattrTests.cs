using SnapFs.Mount.Tests.Fakes;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Tests.Afs;

public sealed class VolumeXattrTests : IDisposable
{
    private const string File = "volumes/user.alice/2026.11.16/file";

    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private TestMount? _mount;

    public VolumeXattrTests() => _tree = new TestTree(_source);

    public void Dispose() => _mount?.Dispose();

    [Fact]
    public void What_only_a_vnode_has_is_answered_when_asked_by_name()
    {
        TestMount mount = Open();

        Assert.Equal("536870931:4:5", mount.Xattr(File, "afs.fid"));
        Assert.Equal("2", mount.Xattr(File, "afs.dataversion"));
        Assert.Equal("-204", mount.Xattr(File, "afs.author"));
        Assert.Equal("1795000000", mount.Xattr(File, "afs.servermodified"));
        Assert.Equal("example.org", mount.Xattr(File, "afs.cell"));
        Assert.Equal("user.alice", mount.Xattr(File, "afs.volume"));
        Assert.Null(mount.Xattr(File, "afs.other"));
        Assert.Equal("536870931:1:2", mount.Xattr("volumes/user.alice/2026.11.16", "afs.fid"));
    }

    [Fact]
    public void Of_a_salvaged_state_it_is_told_how_much_of_the_dump_there_was()
    {
        TestMount mount = Open(new DumpSalvage(800, 12));

        Assert.Equal("800 of 1000 bytes, 12 names lost", mount.Xattr(File, "afs.salvaged"));
        Assert.EndsWith("  salvaged\n", mount.ReadText(".snapfs/status"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_state_is_not_called_salvaged()
    {
        TestMount mount = Open();

        Assert.Null(mount.Xattr(File, "afs.salvaged"));
        Assert.EndsWith("  complete\n", mount.ReadText(".snapfs/status"), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_access_list_is_listed()
    {
        TestMount mount = Open();

        mount.Files.ListXattrs(mount.Find(File).NodeId, out ReadOnlySpan<byte> ofFile);
        Assert.True(ofFile.IsEmpty);
        mount.Files.ListXattrs(mount.Find("volumes/user.alice/2026.11.16").NodeId, out ReadOnlySpan<byte> ofDirectory);
        Assert.True(ofDirectory.SequenceEqual("user.afs.acl\0"u8));
        Assert.Equal("Normal rights:\n", mount.Xattr("volumes/user.alice/2026.11.16", "user.afs.acl"));
    }

    [Fact]
    public void Files_of_no_volume_have_none()
    {
        _tree.AddSnapshot("box", "etc", "2026-11-16T02:00:00Z", TestNode.Directory(("file", TestNode.Text("x"))));
        TestMount mount = Open();

        Assert.Null(mount.Xattr("hosts/box/etc/2026-11-16T02-00-00Z/file", "afs.fid"));
        Assert.Null(mount.Xattr("volumes", "afs.cell"));
    }

    private TestMount Open(DumpSalvage? salvage = null)
    {
        TestNode files = TestNode.Directory(("file", TestNode.Text("x").As(4))).As(1, parent: 0);
        files.Xattrs["user.afs.acl"] = "Normal rights:\n"u8.ToArray();
        _tree.AddVolume("example.org", "user.alice", "2026-11-16T02:00:00Z", TestNode.Directory(("files", files)), salvage: salvage);
        return _mount = Volumes.Open(_source, _tree.Owners);
    }
}
