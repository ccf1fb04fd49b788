using System.Text;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;

namespace SnapFs.Mount.Tests.Histories;

/// <summary>Whom the directories of <c>versions</c> and <c>deleted</c> let in where others may enter.</summary>
public sealed class HistoryRightsTests : IDisposable
{
    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private TestMount? _mount;
    private int _day;

    public HistoryRightsTests() => _tree = new TestTree(_source);

    public void Dispose() => _mount?.Dispose();

    [Fact]
    public void A_directory_lets_nobody_in_whom_one_of_its_snapshots_would_not()
    {
        Add(Directory(0x1ED, 7, "old")); // 0755
        Add(Directory(0x1C0, 7, "secret")); // 0700
        Add(Directory(0x1ED, 7, "new"));
        Open();
        NodeAttributes shown = _mount!.Find("versions/box/root/d").Attributes;
        Assert.Equal((0x1C0u, 7u), (shown.Mode, shown.UserId));
        Assert.Equal(0x1EDu, _mount.Find("versions/box/root").Attributes.Mode);
    }

    [Fact]
    public void What_is_gone_has_the_rights_that_it_had_below_directories_that_let_nobody_in_whom_one_would_not()
    {
        Add(Directory(0x1ED, 7, "f", below: Directory(0x1C0, 8, "x").Children["d"]));
        Add(Directory(0x1E8, 7, "f", below: Directory(0x1ED, 9, "x").Children["d"]));
        Add(Directory(0x1C5, 7, "f"));
        Open();
        Assert.Equal(0x1C0u, _mount!.Find("deleted/box/root/d").Attributes.Mode); // of 0755, 0750 and 0705
        NodeAttributes gone = _mount.Find("deleted/box/root/d/below").Attributes;
        Assert.Equal((0x1EDu, 9u), (gone.Mode, gone.UserId));
    }

    [Fact]
    public void A_root_that_was_closed_once_closes_all()
    {
        Add(Directory(0x1ED, 7, "f"));
        TestNode closed = Directory(0x1ED, 7, "g");
        closed.Mode = 0x1C0;
        Add(closed);
        Open();
        Assert.Equal(0x1C0u, _mount!.Find("versions/box/root").Attributes.Mode);
    }

    [Fact]
    public void Where_only_the_one_who_mounts_may_enter_a_directory_shows_what_it_was_last()
    {
        Add(Directory(0x1C0, 7, "old"));
        Add(Directory(0x1ED, 8, "new"));
        Open(new MountOptions());
        NodeAttributes shown = _mount!.Find("versions/box/root/d").Attributes;
        Assert.Equal((0x1EDu, 8u), (shown.Mode, shown.UserId));
    }

    [Fact]
    public void The_directory_of_a_file_may_be_listed_by_all_who_get_there()
    {
        Add(Directory(0x1ED, 7, "f"));
        Open();
        Assert.Equal(0x16Du, _mount!.Find("versions/box/root/d/f").Attributes.Mode);
    }

    [Fact]
    public void Who_has_a_directory_open_sees_nothing_that_came_when_it_was_closed()
    {
        Add(Directory(0x1ED, 7, "public", below: Directory(0x1ED, 7, "x").Children["d"]));
        SnapshotFileSystem files = Open();
        ulong open = _mount!.Find("versions/box/root/d").NodeId;
        ulong openBelow = _mount.Find("versions/box/root/d/below").NodeId;
        files.StartRefreshing(_ => { });
        Add(Directory(0x1C0, 7, "secret", below: Directory(0x1ED, 7, "also secret").Children["d"]));
        Assert.True(SpinWait.SpinUntil(() => _mount.Names("hosts/box/root").Count == 3, 5000));

        NodeEntry now = _mount.Find("versions/box/root/d");
        Assert.NotEqual(open, now.NodeId);
        Assert.Equal(0x1C0u, now.Attributes.Mode);
        Assert.Equal(["below", "public", "secret"], _mount.Names("versions/box/root/d"));
        Assert.Equal(["below", "public"], NamesOf(open));
        Assert.Equal(["x"], NamesOf(openBelow));
        Assert.Equal(MountStatus.Done, files.GetAttributes(open, out NodeEntry before));
        Assert.Equal(0x1EDu, before.Attributes.Mode);
        Assert.Equal(MountStatus.NotFound, files.Lookup(open, "secret"u8, 5, out _));
        Assert.Equal(MountStatus.Done, files.Lookup(open, "public"u8, 5, out _));
    }

    [Fact]
    public void Hosts_that_are_not_chosen_have_no_versions_for_others()
    {
        Add(Directory(0x1ED, 7, "f"));
        _tree.AddSnapshot("hidden", "root", "2026-11-21T02:20:00Z", Directory(0x1ED, 7, "f"));
        Open();
        Assert.Equal(["box"], _mount!.Names("versions", caller: 5));
        Assert.Equal(MountStatus.NotFound, _mount.TryFind("versions/hidden", out _, caller: 5));
        Assert.Equal(["root"], _mount.Names("versions/hidden"));
        Assert.Equal(CacheLifetime.None, _mount.Find("versions/hidden/root/d").Lifetime);
    }

    private static TestNode Directory(uint mode, uint user, string file, TestNode? below = null)
    {
        TestNode directory = TestNode.Directory((file, TestNode.Text("x")));
        directory.Mode = mode;
        directory.UserId = user;
        if (below is not null)
        {
            directory.Children["below"] = below;
        }

        return TestNode.Directory(("d", directory));
    }

    private void Add(TestNode root) => _tree.AddSnapshot("box", "root", $"2026-11-{++_day:00}T00:00:00Z", root);

    private SnapshotFileSystem Open(MountOptions? options = null)
    {
        _mount = TestMount.Open(_source, _tree.Owners, options ?? new MountOptions { AllowOther = true, UsersOf = ["box"] });
        return _mount.Files;
    }

    private List<string> NamesOf(ulong directory)
    {
        Names sink = new([]);
        Assert.Equal(MountStatus.Done, _mount!.Files.List(directory, 0, withNodes: false, 5, ref sink));
        return [.. sink.All.Where(name => name is not ("." or "..")).Order(StringComparer.Ordinal)];
    }

    private readonly record struct Names(List<string> All) : IDirectorySink
    {
        public bool Add(ReadOnlySpan<byte> name, ulong position, in NodeEntry entry)
        {
            All.Add(Encoding.UTF8.GetString(name));
            return true;
        }
    }
}
