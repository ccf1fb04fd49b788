using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Events;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Histories;

public sealed class VersionsTests : IDisposable
{
    private readonly MemorySnapshotSource _source = new() { GroupBelow = 0 };
    private readonly TestTree _tree;
    private TestMount? _mount;
    private int _day;

    public VersionsTests() => _tree = new TestTree(_source);

    public void Dispose() => _mount?.Dispose();

    [Fact]
    public void A_file_has_one_entry_for_each_version_which_is_the_file_of_the_first_snapshot_with_it()
    {
        TestNode first = TestNode.Text("one");
        TestNode second = TestNode.Text("two");
        Add(TestNode.Directory(("d", TestNode.Directory(("f", first)))));
        Add(TestNode.Directory(("d", TestNode.Directory(("f", first), ("other", TestNode.Text("x"))))));
        Add(TestNode.Directory(("d", TestNode.Directory(("f", second)))));
        Add(TestNode.Directory(("d", TestNode.Directory(("f", first)))));
        Open();

        Assert.Equal(["d"], Names("versions/box/root"));
        Assert.Equal(["f", "other"], Names("versions/box/root/d"));
        Assert.Equal(["2026-11-01T00-00-00Z", "2026-11-03T00-00-00Z"], Names("versions/box/root/d/f"));
        Assert.Equal("two", _mount!.ReadText("versions/box/root/d/f/2026-11-03T00-00-00Z"));
        Assert.Equal(
            Find("hosts/box/root/2026-11-03T00-00-00Z/d/f").NodeId, Find("versions/box/root/d/f/2026-11-03T00-00-00Z").NodeId);
        Assert.Equal(MountStatus.NotFound, _mount.TryFind("versions/box/root/d/f/2026-11-02T00-00-00Z", out _));
    }

    [Fact]
    public void What_was_a_file_and_a_directory_has_its_versions_beside_the_names()
    {
        Add(TestNode.Directory(("p", TestNode.Text("file"))));
        Add(TestNode.Directory(("p", TestNode.Directory(("2026-11-01T00-00-00Z", TestNode.Text("in")), ("a", TestNode.Text("in"))))));
        Add(TestNode.Directory(("p", TestNode.Link("a"))));
        Open();

        Assert.Equal(
            ["2026-11-01T00-00-00Z", "2026-11-01T00-00-00Z%", "2026-11-03T00-00-00Z", "a"], Names("versions/box/root/p"));
        Assert.Equal("file", _mount!.ReadText("versions/box/root/p/2026-11-01T00-00-00Z%"));
        Assert.Equal("a", _mount.Target("versions/box/root/p/2026-11-03T00-00-00Z"));
        Assert.Equal(["2026-11-02T00-00-00Z"], Names("versions/box/root/p/2026-11-01T00-00-00Z"));
        Assert.Equal(MountStatus.NotFound, _mount.TryFind("versions/box/root/p/2026-11-03T00-00-00Z%", out _));
    }

    [Fact]
    public void Dot_dot_leads_up_to_the_layout()
    {
        Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("x"))))));
        Open();
        NodeEntry at = Find("versions/box/root/d/f");
        foreach (string above in (string[])["versions/box/root/d", "versions/box/root", "versions/box", "versions", ""])
        {
            Assert.Equal(MountStatus.Done, _mount!.Files.Lookup(at.NodeId, ".."u8, 0, out at));
            Assert.Equal(Find(above).NodeId, at.NodeId);
            Assert.Equal(Find(above).Attributes.Inode, at.Attributes.Inode);
        }
    }

    [Fact]
    public void A_tree_that_cannot_be_read_hides_nothing_of_the_others_and_is_reported_once()
    {
        Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("one"))))));
        SnapshotHead damaged = Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("two"))))));
        Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("three"))))));
        List<MountEvent> events = [];
        Open(report: events.Add);
        ChunkId page = TreeOf(damaged, "d");
        _source.Damage(ChunkKind.Tree, in page);

        Assert.Equal(["2026-11-01T00-00-00Z", "2026-11-03T00-00-00Z"], Names("versions/box/root/d/f"));
        Assert.Equal(["f"], Names("versions/box/root/d"));
        MountEvent reported = Assert.Single(events);
        Assert.Equal(MountEventKind.Damage, reported.Kind);
        Assert.StartsWith("versions/box/root/d: ", reported.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void New_snapshots_bring_new_versions_into_directories_that_are_known()
    {
        Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("one"))))));
        SnapshotFileSystem files = Open();
        NodeEntry directory = Find("versions/box/root/d");
        files.StartRefreshing(_ => { });
        Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("two")), ("g", TestNode.Text("new"))))));

        Assert.True(SpinWait.SpinUntil(() => Names("hosts/box/root").Count == 3, 5000));
        Assert.Equal(["f", "g"], Names("versions/box/root/d"));
        Assert.Equal(2, Names("versions/box/root/d/f").Count);
        NodeEntry now = Find("versions/box/root/d");
        Assert.Equal(directory.NodeId, now.NodeId);
        Assert.NotEqual(directory.Attributes.Modified, now.Attributes.Modified); // or kernels would keep the old listing
    }

    [Fact]
    public void Everything_is_forgotten_once_kernels_have_forgotten_it()
    {
        Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("one")), ("g", TestNode.Text("x"))))));
        Add(TestNode.Directory(("d", TestNode.Directory(("f", TestNode.Text("two"))))));
        SnapshotFileSystem files = Open();
        List<ulong> found = [];
        Look(SnapshotFileSystem.RootId, ["versions", "box", "root", "d", "f", "2026-11-02T00-00-00Z"]);
        Look(SnapshotFileSystem.RootId, ["versions", "box", "root", "d", "g"]);
        Assert.True(files.KnownNodes > 0);
        found.ForEach(id => files.Forget(id, 1));
        Assert.Equal(0, files.KnownNodes);

        void Look(ulong at, string[] names)
        {
            foreach (string name in names)
            {
                Assert.Equal(MountStatus.Done, files.Lookup(at, System.Text.Encoding.UTF8.GetBytes(name), 0, out NodeEntry entry));
                found.Add(at = entry.NodeId);
            }
        }
    }

    [Fact]
    public void What_was_found_out_is_kept_within_a_bound()
    {
        const int directories = 400;
        TestNode full = TestNode.Directory();
        for (int i = 0; i < 1000; i++)
        {
            full.Children.Add($"name {i}", TestNode.Text("x"));
        }

        TestNode root = TestNode.Directory();
        for (int i = 0; i < directories; i++)
        {
            root.Children.Add($"d{i}", full);
        }

        Add(root);
        SnapshotFileSystem files = Open();
        for (int i = 0; i < directories; i++)
        {
            Assert.Equal(1000, Names($"versions/box/root/d{i}").Count);
        }

        Assert.InRange(files.HistoryBytes, 10 << 20, 24 << 20);
        Assert.Equal(["2026-11-01T00-00-00Z"], Names("versions/box/root/d0/name 7"));
    }

    [Fact]
    public void Nothing_is_read_before_somebody_looks_and_equal_trees_are_read_once()
    {
        TestNode same = TestNode.Directory(("f", TestNode.Text("x")));
        for (int i = 0; i < 100; i++)
        {
            Add(TestNode.Directory(("same", same), ("new", TestNode.Text($"{i}"))));
        }

        Open();
        Assert.Equal(["root"], Names("versions/box"));
        Assert.Equal(0, _source.Reads);
        Assert.Equal(["new", "same"], Names("versions/box/root"));
        Assert.Equal(100, _source.Reads);
        Assert.Equal(["2026-11-01T00-00-00Z"], Names("versions/box/root/same/f"));
        Assert.Equal(101, _source.Reads);
        Assert.Equal(100, Names("versions/box/root/new").Count);
        Assert.Equal(101, _source.Reads);
    }

    private SnapshotHead Add(TestNode root) => _tree.AddSnapshot(
        "box", "root", $"{new DateTime(2026, 11, 1).AddDays(_day++):yyyy-MM-dd}T00:00:00Z", root);

    private SnapshotFileSystem Open(MountOptions? options = null, Action<MountEvent>? report = null)
    {
        _mount = TestMount.Open(_source, _tree.Owners, options ?? new MountOptions(), report);
        return _mount.Files;
    }

    private ChunkId TreeOf(SnapshotHead head, string name)
    {
        using FrameReader frames = new(_source);
        Assert.True(DirectoryCursor.TryFind(
            frames.Pages, head.Root, System.Text.Encoding.UTF8.GetBytes(name), out TreePage page, out int index, out _));
        return page.Node(index).Tree.Id;
    }

    private NodeEntry Find(string path) => _mount!.Find(path);

    private List<string> Names(string path) => _mount!.Names(path);

    private sealed class FrameReader(ISnapshotSource source) : IDisposable
    {
        private readonly FrameCache _frames = new(source, 1 << 20, 1);

        public ITreePages Pages => new TreePageCache(_frames, 1 << 20);

        public void Dispose() => _frames.Dispose();
    }
}
