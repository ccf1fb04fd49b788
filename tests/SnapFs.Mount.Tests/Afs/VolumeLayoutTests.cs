using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Afs;

public sealed class VolumeLayoutTests : IDisposable
{
    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private TestMount? _mount;

    public VolumeLayoutTests() => _tree = new TestTree(_source);

    public void Dispose() => _mount?.Dispose();

    [Fact]
    public void A_day_of_a_volume_is_the_volume_as_it_was()
    {
        SnapshotHead full = _tree.AddVolume("example.org", "user.alice", "2026-11-16T02:00:00Z", TestVolume.Root("first"));
        SnapshotHead next = _tree.AddVolume(
            "example.org", "user.alice", "2026-11-17T02:00:00Z", TestVolume.Root("second", isIncrement: true), full);
        TestMount mount = Open();

        Assert.Equal(["user.alice"], mount.Names("volumes"));
        Assert.Equal("first", mount.ReadText("volumes/user.alice/2026.11.16/file"));
        Assert.Equal("second", mount.ReadText("volumes/user.alice/2026.11.17/file"));
        Assert.Equal(["file"], mount.Names("volumes/user.alice/2026.11.17"));
        Assert.Equal(["file", "new"], mount.Names("volumes/user.alice/2026.11.17.changed"));
        Assert.Equal("gone\n", mount.ReadText("volumes/user.alice/2026.11.17.deleted"));
        Assert.Equal("2026.11.17", mount.Target("volumes/user.alice/latest"));
        Assert.Equal("../volumes/user.alice/2026.11.17", mount.Target($"ids/{next.Id.ToString()[..8]}"));
        Assert.Equal(MountStatus.NotFound, mount.TryFind("volumes/user.alice/2026.11.16.changed", out _));
        Assert.Empty(mount.Names("hosts"));
        Assert.Empty(mount.Names("dates"));
    }

    [Fact]
    public void Of_what_was_salvaged_of_a_dump_and_the_whole_dump_the_whole_one_is_the_day()
    {
        foreach (string text in (string[])["a", "b", "c", "d"])
        {
            DumpSalvage? salvage = text == "c" ? null : new DumpSalvage(1, 0);
            _tree.AddVolume("example.org", "proj", "2026-11-16T02:00:00Z", TestVolume.Root(text), salvage: salvage);
        }

        Assert.Equal("c", Open().ReadText("volumes/proj/2026.11.16T02-00-00Z-4/file"));
        Assert.Equal("2026.11.16T02-00-00Z-4", _mount?.Target("volumes/proj/2026.11.16"));
    }

    [Fact]
    public void A_tag_leads_to_the_days_that_have_it()
    {
        TestNode root = TestVolume.Root("x");
        _tree.AddVolume("example.org", "proj", "2026-11-16T02:00:00Z", root, tags: ["nightly", "a/b", "nightly"]);
        _tree.AddVolume("example.org", "proj", "2026-11-17T02:00:00Z", root);
        _tree.AddVolume("example.org", "proj", "2026-11-18T02:00:00Z", root, tags: ["nightly"]);
        _tree.AddVolume("example.org", "proj", "2026-11-18T03:00:00Z", root);
        TestMount mount = Open();

        Assert.Equal(["2026.11.16", "2026.11.18T02-00-00Z"], mount.Names("tags/nightly/example.org/proj"));
        Assert.Equal("../../../../volumes/proj/2026.11.16", mount.Target("tags/nightly/example.org/proj/2026.11.16"));
        Assert.Equal(2, mount.Names("tags").Count);
    }

    [Fact]
    public void Without_volumes_there_is_no_directory_of_them()
    {
        _tree.AddSnapshot("box", "etc", "2026-11-16T02:00:00Z", TestNode.Directory());

        Assert.Equal([".snapfs", "dates", "deleted", "hosts", "ids", "tags", "versions"], Open().Names(""));
    }

    [Fact]
    public void Dumps_of_one_day_carry_their_time_and_the_day_is_the_last()
    {
        SnapshotHead full = _tree.AddVolume("example.org", "proj", "2026-11-21T02:00:00Z", TestVolume.Root("first"));
        _tree.AddVolume("example.org", "proj", "2026-11-21T14:05:07Z", TestVolume.Root("second", isIncrement: true), full);
        _tree.AddVolume("example.org", "proj", "2026-11-21T14:05:07Z", TestVolume.Root("second", isIncrement: true), full);
        TestMount mount = Open();

        Assert.Superset(
            new HashSet<string>
            {
                "2026.11.21", "2026.11.21.changed", "2026.11.21.deleted", "2026.11.21T02-00-00Z", "2026.11.21T14-05-07Z",
                "2026.11.21T14-05-07Z-2", "2026.11.21T14-05-07Z-2.changed", "2026.11.21T14-05-07Z-2.deleted",
                "2026.11.21T14-05-07Z.changed", "2026.11.21T14-05-07Z.deleted", "latest",
            },
            mount.Names("volumes/proj").ToHashSet());
        Assert.Equal("2026.11.21T14-05-07Z-2", mount.Target("volumes/proj/2026.11.21"));
        Assert.Equal("2026.11.21T14-05-07Z-2.changed", mount.Target("volumes/proj/2026.11.21.changed"));
        Assert.Equal("2026.11.21T14-05-07Z-2", mount.Target("volumes/proj/latest"));
        Assert.Equal("first", mount.ReadText("volumes/proj/2026.11.21T02-00-00Z/file"));
    }

    [Fact]
    public void A_second_cell_puts_volumes_below_their_cells()
    {
        _tree.AddVolume("example.org", "user.alice", "2026-11-16T02:00:00Z", TestVolume.Root("ours"));
        SnapshotHead theirs = _tree.AddVolume("other.org", "user.alice", "2026-11-16T02:00:00Z", TestVolume.Root("theirs"));
        TestMount mount = Open();

        Assert.Equal(["example.org", "other.org"], mount.Names("volumes"));
        Assert.Equal("ours", mount.ReadText("volumes/example.org/user.alice/2026.11.16/file"));
        Assert.Equal("theirs", mount.ReadText("volumes/other.org/user.alice/2026.11.16/file"));
        Assert.Equal("../volumes/other.org/user.alice/2026.11.16", mount.Target($"ids/{theirs.Id.ToString()[..8]}"));
    }

    [Fact]
    public void Hostile_names_of_cells_and_volumes_stay_one_name()
    {
        _tree.AddVolume("../..", "latest", "2026-11-16T02:00:00Z", TestVolume.Root("x"));
        _tree.AddVolume("b\n", "..", "2026-11-16T02:00:00Z", TestVolume.Root("x"));
        TestMount mount = Open();

        Assert.Equal(["..%2F..", "b%0A"], mount.Names("volumes"));
        Assert.Equal(["%6C%61%74%65%73%74"], mount.Names("volumes/..%2F.."));
        Assert.Equal(["%2E%2E"], mount.Names("volumes/b%0A"));
    }

    [Fact]
    public void A_new_dump_appears_in_a_running_mount()
    {
        SnapshotHead full = _tree.AddVolume("example.org", "proj", "2026-11-21T02:00:00Z", TestVolume.Root("first"));
        TestMount mount = Open();
        mount.Files.StartRefreshing(_ => { });
        Assert.Equal("first", mount.ReadText("volumes/proj/2026.11.21/file"));

        _tree.AddVolume("example.org", "proj", "2026-11-21T03:00:00Z", TestVolume.Root("second", isIncrement: true), full);

        Assert.True(SpinWait.SpinUntil(
            () => mount.Find("volumes/proj/2026.11.21").Attributes.Type == NodeType.Symlink, 5000));
        Assert.Equal("2026.11.21T03-00-00Z", mount.Target("volumes/proj/2026.11.21"));
        Assert.Equal("second", mount.ReadText("volumes/proj/2026.11.21T03-00-00Z/file"));
    }

    [Fact]
    public void A_state_without_files_and_an_increment_without_changes_are_empty()
    {
        SnapshotHead full = _tree.AddVolume("example.org", "proj", "2026-11-20T02:00:00Z", TestNode.Directory());
        _tree.AddVolume("example.org", "proj", "2026-11-21T02:00:00Z", TestNode.Directory(), full);
        TestMount mount = Open();

        Assert.Empty(mount.Names("volumes/proj/2026.11.20"));
        Assert.Equal(MountStatus.NotFound, mount.TryFind("volumes/proj/2026.11.20/file", out _));
        Assert.Empty(mount.Names("volumes/proj/2026.11.21.changed"));
        Assert.Equal("", mount.ReadText("volumes/proj/2026.11.21.deleted"));
    }

    [Fact]
    public void Inode_numbers_tell_the_views_of_one_dump_apart()
    {
        SnapshotHead full = _tree.AddVolume("example.org", "proj", "2026-11-20T02:00:00Z", TestVolume.Root("x"));
        TestNode root = TestVolume.Root("x", isIncrement: true);
        root.Children["changed"].Inode = root.Children["files"].Inode = 77;
        _tree.AddVolume("example.org", "proj", "2026-11-21T02:00:00Z", root, full);
        TestMount mount = Open();

        NodeEntry file = mount.Find("volumes/proj/2026.11.21/file");
        NodeEntry changed = mount.Find("volumes/proj/2026.11.21.changed/file");
        Assert.NotEqual(file.Attributes.Inode, changed.Attributes.Inode);
        Assert.NotEqual(
            mount.Find("volumes/proj/2026.11.21").Attributes.Inode,
            mount.Find("volumes/proj/2026.11.21.changed").Attributes.Inode);
    }

    [Fact]
    public void Volumes_are_hidden_from_other_users()
    {
        const uint stranger = 1234;
        SnapshotHead full = _tree.AddVolume("example.org", "proj", "2026-11-20T02:00:00Z", TestVolume.Root("x"));
        _tree.AddVolume("example.org", "proj", "2026-11-21T02:00:00Z", TestVolume.Root("x", isIncrement: true), full);
        TestMount mount = Open(new MountOptions { AllowOther = true, UsersOf = ["example.org"] });

        Assert.DoesNotContain("volumes", mount.Names("", stranger));
        Assert.Equal(MountStatus.NotFound, mount.TryFind("volumes", out _, stranger));
        Assert.DoesNotContain("proj", mount.ReadText(".snapfs/status"), StringComparison.Ordinal);
        Assert.Contains("volumes", mount.Names(""));
    }

    private TestMount Open(MountOptions? options = null) =>
        _mount = Volumes.Open(_source, _tree.Owners, options);
}
