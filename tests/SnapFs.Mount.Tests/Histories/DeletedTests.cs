using System.Text;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Tests.Histories;

public sealed class DeletedTests : IDisposable
{
    private readonly MemorySnapshotSource _source = new() { GroupBelow = 0 };
    private readonly TestTree _tree;
    private TestMount? _mount;
    private int _day;

    public DeletedTests() => _tree = new TestTree(_source);

    public void Dispose() => _mount?.Dispose();

    [Fact]
    public void What_is_gone_is_shown_as_it_was_in_the_last_snapshot_with_it()
    {
        TestNode directory = TestNode.Directory(("in", TestNode.Text("last")), ("sub", TestNode.Directory(("deep", TestNode.Text("x")))));
        directory.Mode = 0x1C0;
        directory.Xattrs["user.note"] = [.. "kept"u8];
        TestNode same = TestNode.Directory(("f", TestNode.Text("x")));
        TestNode Root(params (string, TestNode)[] d) => TestNode.Directory(("d", TestNode.Directory(d)), ("same", same));
        Add(Root(("f", TestNode.Text("first")), ("dir", TestNode.Directory(("older", TestNode.Text("x")))), ("stays", TestNode.Text("s"))));
        Add(Root(("f", TestNode.Text("last")), ("dir", directory), ("stays", TestNode.Text("s"))));
        Add(Root(("stays", TestNode.Text("other")), ("new", TestNode.Text("n"))));
        Open();

        Assert.Equal(["d"], Names("deleted/box/root"));
        Assert.Equal(["dir", "f"], Names("deleted/box/root/d"));
        Assert.Equal("last", _mount!.ReadText("deleted/box/root/d/f"));
        Assert.Equal(Find("hosts/box/root/2026-11-02T00-00-00Z/d/f").NodeId, Find("deleted/box/root/d/f").NodeId);
        Assert.Equal(["in", "sub"], Names("deleted/box/root/d/dir"));
        Assert.Equal(0x1C0u, Find("deleted/box/root/d/dir").Attributes.Mode);
        Assert.Equal("kept", _mount.Xattr("deleted/box/root/d/dir", "user.note"));
        Assert.Equal("x", _mount.ReadText("deleted/box/root/d/dir/sub/deep"));
        Assert.Equal(
            Find("hosts/box/root/2026-11-02T00-00-00Z/d/dir/sub/deep").NodeId, Find("deleted/box/root/d/dir/sub/deep").NodeId);
        foreach (string none in (string[])["d/stays", "d/new", "same", "d/dir/older", "d/dir/sub/none"])
        {
            Assert.Equal(MountStatus.NotFound, _mount.TryFind($"deleted/box/root/{none}", out _));
        }
    }

    [Fact]
    public void What_the_newest_snapshot_left_out_or_could_not_read_was_not_deleted()
    {
        TestNode Full() => TestNode.Directory(
            ("excluded", TestNode.Text("x")),
            ("deleted", TestNode.Text("x")),
            ("unread", TestNode.Directory(("below", TestNode.Text("x")))),
            ("also-deleted", TestNode.Text("x")));
        Add(TestNode.Directory(("d", Full())));
        Add(
            TestNode.Directory(("d", TestNode.Directory(("unread", TestNode.Directory())))),
            head => head with { IsPartial = true },
            body => body with
            {
                Omissions =
                [
                    new("/d/excluded"u8.ToArray(), OmissionKind.Excluded),
                    new("/d/unread"u8.ToArray(), OmissionKind.UnreadableDirectory),
                    new("/d/deleted"u8.ToArray(), OmissionKind.Changed),
                ],
            });
        Open();
        Assert.Equal(["also-deleted", "deleted"], Names("deleted/box/root/d"));
        Assert.Equal(MountStatus.NotFound, _mount!.TryFind("deleted/box/root/d/excluded", out _));
        Assert.Equal(MountStatus.NotFound, _mount.TryFind("deleted/box/root/d/unread", out _));
    }

    [Fact]
    public void A_partial_snapshot_that_does_not_say_what_it_lacks_tells_of_nothing()
    {
        Add(TestNode.Directory(("a", TestNode.Text("x")), ("b", TestNode.Text("x")), ("c", TestNode.Text("x"))));
        Add(TestNode.Directory(("b", TestNode.Text("x")), ("c", TestNode.Text("x"))));
        Add(TestNode.Directory(("c", TestNode.Text("x"))), head => head with { IsPartial = true });
        Add(TestNode.Directory(), head => head with { IsPartial = true }, body => body with
        {
            Omissions = [new("/x"u8.ToArray(), OmissionKind.UnreadableFile)],
            MoreOmissions = new Dictionary<OmissionKind, long> { [OmissionKind.UnreadableFile] = 1 },
        });
        Open();
        Assert.Equal(["a"], Names("deleted/box/root"));
    }

    [Fact]
    public void What_is_no_part_of_the_backup_any_more_was_not_deleted()
    {
        TestNode Home(params string[] files) => TestNode.Directory(
            ("ann", TestNode.Directory([.. files.Select(file => (file, TestNode.Text("x")))])),
            ("bob", TestNode.Directory(("f", TestNode.Text("x")))));
        Add(TestNode.Directory(("home", Home("a", "b")), ("etc", TestNode.Text("x"))));
        TestNode less = Home("b");
        less.Children.Remove("bob");
        Add(TestNode.Directory(("home", less)), completeBody: body => body with { Paths = [Encoding.UTF8.GetBytes("/home/ann")] });
        Open();
        Assert.Equal(["home"], Names("deleted/box/root"));
        Assert.Equal(["ann"], Names("deleted/box/root/home"));
        Assert.Equal(["a"], Names("deleted/box/root/home/ann"));
    }

    [Fact]
    public void A_newest_tree_that_cannot_be_read_tells_of_nothing()
    {
        Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("x")), ("g", TestNode.Text("x"))))));
        SnapshotHead damaged = Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("x"))))));
        Open();
        _source.Damage(Chunks.ChunkKind.Tree, damaged.Root.Id);
        Assert.Empty(Names("deleted/box/root"));
    }

    [Fact]
    public void What_comes_back_is_not_deleted_any_more()
    {
        TestNode both = TestNode.Directory(("a", TestNode.Directory(("f", TestNode.Text("x")))), ("b", TestNode.Text("x")));
        Add(both);
        Add(TestNode.Directory(("b", TestNode.Text("x"))));
        SnapshotFileSystem files = Open();
        NodeEntry gone = Find("deleted/box/root/a");
        files.StartRefreshing(_ => { });
        Add(TestNode.Directory(("a", TestNode.Directory(("g", TestNode.Text("x"))))));
        Assert.True(SpinWait.SpinUntil(() => Names("hosts/box/root").Count == 4, 5000));
        Assert.Equal(["a", "b"], Names("deleted/box/root"));
        Assert.Equal(["f"], Names("deleted/box/root/a"));
        Assert.NotEqual(gone.NodeId, Find("deleted/box/root/a").NodeId);
        Assert.Equal(MountStatus.Done, files.Lookup(gone.NodeId, "f"u8, 0, out _)); // whoever is there still sees what was
    }

    [Fact]
    public void Everything_is_forgotten_once_kernels_have_forgotten_it()
    {
        Add(TestNode.Directory(("d", TestNode.Directory(("e", TestNode.Directory(("f", TestNode.Text("x"))))))));
        Add(TestNode.Directory());
        SnapshotFileSystem files = Open();
        List<ulong> found = [];
        ulong at = SnapshotFileSystem.RootId;
        foreach (string name in (string[])["deleted", "box", "root", "d", "e", "f"])
        {
            Assert.Equal(MountStatus.Done, files.Lookup(at, Encoding.UTF8.GetBytes(name), 0, out NodeEntry entry));
            found.Add(at = entry.NodeId);
        }

        Assert.True(files.KnownNodes > 3);
        found.ForEach(id => files.Forget(id, 1));
        Assert.Equal(0, files.KnownNodes);
    }

    private SnapshotHead Add(
        TestNode root, Func<SnapshotHead, SnapshotHead>? complete = null, Func<SnapshotBody, SnapshotBody>? completeBody = null) =>
        _tree.AddSnapshot("box", "root", $"2026-11-{++_day:00}T00:00:00Z", root, null, true, complete, completeBody);

    private SnapshotFileSystem Open()
    {
        _mount = TestMount.Open(_source, _tree.Owners, new MountOptions());
        return _mount.Files;
    }

    private NodeEntry Find(string path) => _mount!.Find(path);

    private List<string> Names(string path) => _mount!.Names(path);
}
