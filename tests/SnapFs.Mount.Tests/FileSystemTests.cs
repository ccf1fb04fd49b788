using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;

namespace SnapFs.Mount.Tests;

public sealed class FileSystemTests : IDisposable
{
    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private TestMount? _mount;

    public FileSystemTests() => _tree = new TestTree(_source);

    public void Dispose() => _mount?.Dispose();

    [Fact]
    public void The_layout_leads_to_every_snapshot()
    {
        TestNode root = TestNode.Directory(("file", TestNode.Text("x")));
        string id = _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", root, ["first"]).Id.ToString();
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00.5Z", root);
        _tree.AddSnapshot("box", "etc", "2026-11-20T23:00:00Z", root);
        Open();

        Assert.Equal([".snapfs", "dates", "deleted", "hosts", "ids", "tags", "versions"], Names(""));
        Assert.Equal(
            ["2026-11-20T23-00-00Z", "2026-11-21T02-20-00Z", "2026-11-21T02-20-00Z-2", "latest"], Names("hosts/box/etc"));
        Assert.Equal("2026-11-21T02-20-00Z-2", Target("hosts/box/etc/latest"));
        Assert.Equal(["2026-11-20", "2026-11-21"], Names("dates"));
        Assert.Equal("../../../../hosts/box/etc/2026-11-21T02-20-00Z", Target("dates/2026-11-21/box/etc/2026-11-21T02-20-00Z"));
        Assert.Equal("../../../../hosts/box/etc/2026-11-21T02-20-00Z", Target("tags/first/box/etc/2026-11-21T02-20-00Z"));
        Assert.Equal("../hosts/box/etc/2026-11-21T02-20-00Z", Target($"ids/{id[..8]}"));
        Assert.Equal(["file"], Names("hosts/box/etc/2026-11-20T23-00-00Z"));
    }

    [Fact]
    public void Hostile_names_of_hosts_sources_and_tags_stay_one_name()
    {
        _tree.AddSnapshot("../../etc", "", "2026-11-21T02:20:00Z", TestNode.Directory(), ["..", "a/b"]);
        Open();

        Assert.Equal(["..%2F..%2Fetc"], Names("hosts"));
        Assert.Equal(["%"], Names("hosts/..%2F..%2Fetc"));
        Assert.Equal(["%2E%2E", "a%2Fb"], Names("tags"));
    }

    [Fact]
    public void Equal_trees_at_two_paths_are_two_directories()
    {
        TestNode Same() => TestNode.Directory(("file", new TestNode { Inode = 50, Content = [1] }));
        TestNode first = Same();
        TestNode second = Same();
        first.Inode = second.Inode = 40;
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", TestNode.Directory(("a", first), ("b", second)));
        Open();

        Assert.NotEqual(Find("hosts/box/etc/2026-11-21T02-20-00Z/a").NodeId, Find("hosts/box/etc/2026-11-21T02-20-00Z/b").NodeId);
        Assert.NotEqual(
            Find("hosts/box/etc/2026-11-21T02-20-00Z/a/file").NodeId, Find("hosts/box/etc/2026-11-21T02-20-00Z/b/file").NodeId);
    }

    [Fact]
    public void Inode_numbers_of_archived_nodes_never_meet_those_of_the_layout()
    {
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", TestNode.Directory(("file", new TestNode { Inode = 1 })));
        Open();

        Assert.Equal(1ul, Find("").Attributes.Inode);
        Assert.True(Find("hosts").Attributes.Inode >> 62 == 1);
        Assert.True(Find("hosts/box/etc/2026-11-21T02-20-00Z/file").Attributes.Inode >> 63 == 1);
    }

    [Fact]
    public void A_slot_is_used_again_under_another_generation_once_it_is_forgotten()
    {
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", TestNode.Directory(
            ("a", TestNode.Directory(("file", TestNode.Text("1")))), ("b", TestNode.Directory(("file", TestNode.Text("2"))))));
        SnapshotFileSystem files = Open();
        NodeEntry a = Find("hosts/box/etc/2026-11-21T02-20-00Z/a");
        MountStatus status = files.Lookup(a.NodeId, "file"u8, 0, out NodeEntry first);
        Assert.Equal(MountStatus.Done, status);
        files.Forget(first.NodeId, 1);
        Assert.Equal(MountStatus.Stale, files.GetAttributes(first.NodeId, out _));

        NodeEntry b = Find("hosts/box/etc/2026-11-21T02-20-00Z/b");
        files.Lookup(b.NodeId, "file"u8, 0, out NodeEntry second);

        Assert.Equal(first.NodeId, second.NodeId);
        Assert.NotEqual(first.Generation, second.Generation);
    }

    [Fact]
    public void Dot_and_dot_dot_are_found_for_file_handles_of_nfs()
    {
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", TestNode.Directory(("a", TestNode.Directory(("f", TestNode.Text("1"))))));
        SnapshotFileSystem files = Open();
        NodeEntry directory = Find("hosts/box/etc/2026-11-21T02-20-00Z/a");
        NodeEntry file = Find("hosts/box/etc/2026-11-21T02-20-00Z/a/f");

        files.Lookup(file.NodeId, "."u8, 0, out NodeEntry self);
        files.Lookup(file.NodeId, ".."u8, 0, out NodeEntry parent);

        Assert.Equal(file, self);
        Assert.Equal(directory, parent);
    }

    [Fact]
    public void Only_what_changed_is_invalidated_when_snapshots_come_and_go()
    {
        TestNode root = TestNode.Directory();
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", root);
        SnapshotFileSystem files = Open();
        ulong series = Find("hosts/box/etc").NodeId;
        ulong snapshot = Find("hosts/box/etc/2026-11-21T02-20-00Z").NodeId;
        List<Invalidation> changes = [];
        files.StartRefreshing(list =>
        {
            lock (changes)
            {
                changes.AddRange(list);
            }
        });

        _tree.AddSnapshot("box", "etc", "2026-11-21T03:20:00Z", root);
        Assert.True(SpinWait.SpinUntil(() => Names("hosts/box/etc").Count == 3, 5000));

        Assert.True(SpinWait.SpinUntil(() => { lock (changes) { return changes.Count > 0; } }, 5000));
        Assert.Contains(changes, change => change.NodeId == series && change.Name.Span.SequenceEqual("latest"u8));
        Assert.DoesNotContain(changes, change => change.Name.Span.SequenceEqual("2026-11-21T02-20-00Z"u8));
        Assert.Equal(snapshot, Find("hosts/box/etc/2026-11-21T02-20-00Z").NodeId);
        Assert.Equal("2026-11-21T03-20-00Z", Target("hosts/box/etc/latest"));
    }

    [Fact]
    public void A_snapshot_without_labels_soon_says_that_it_supports_none()
    {
        TestNode file = TestNode.Text("x");
        file.Xattrs["user.comment"] = [1];
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", TestNode.Directory(("file", file)));
        SnapshotFileSystem files = Open();
        ulong node = Find("hosts/box/etc/2026-11-21T02-20-00Z/file").NodeId;

        Assert.Equal(MountStatus.NoAttribute, files.GetXattr(node, "user.other"u8, out _));
        Assert.True(SpinWait.SpinUntil(
            () => files.GetXattr(node, "security.selinux"u8, out _) == MountStatus.NotSupported, 5000));
        Assert.Equal(MountStatus.Done, files.GetXattr(node, "user.comment"u8, out _));
    }

    [Fact]
    public void A_snapshot_with_one_label_never_says_that_it_supports_none()
    {
        TestNode file = TestNode.Text("x");
        file.Xattrs["security.selinux"] = [1];
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", TestNode.Directory(
            ("a", TestNode.Text("y")), ("d", TestNode.Directory(("file", file)))));
        SnapshotFileSystem files = Open();
        ulong node = Find("hosts/box/etc/2026-11-21T02-20-00Z/a").NodeId;
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(MountStatus.NoAttribute, files.GetXattr(node, "security.selinux"u8, out _));
            Thread.Sleep(10);
        }
    }

    [Fact]
    public void The_status_tells_what_is_stored()
    {
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", TestNode.Directory());
        Open();
        Assert.Matches(
            "(?m)^box/etc +1  2026-11-21T02:20:00Z  2026-11-2. ..:.. [+-]..:.. .* complete$", _mount!.ReadText(".snapfs/status"));
        Assert.Contains(
            "snapfs_snapshots{host=\"box\",source=\"etc\"} 1\n", _mount.ReadText(".snapfs/metrics"), StringComparison.Ordinal);
    }

    private SnapshotFileSystem Open()
    {
        _mount = TestMount.Open(_source, _tree.Owners, new MountOptions());
        return _mount.Files;
    }

    private NodeEntry Find(string path) => _mount!.Find(path);

    private string Target(string path) => _mount!.Target(path);

    private List<string> Names(string path) => _mount!.Names(path);
}
