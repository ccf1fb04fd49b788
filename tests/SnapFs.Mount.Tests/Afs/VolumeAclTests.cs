using System.Security.Cryptography;
using System.Text;
using SnapFs.Afs.Acls;
using SnapFs.Chunks;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Tests.Afs;

/// <summary>Volumes in a mount that enforces the access lists of AFS.</summary>
public sealed class VolumeAclTests : IDisposable
{
    private const uint Alice = 2001;
    private const uint Bob = 2002;
    private const uint Stranger = 1234;
    private const string Day = "volumes/user.alice/2026.11.20";
    private const AfsRights Reading = AfsRights.Lookup | AfsRights.Read;
    private const string Names = "alice 1001\nbob 1002\ncarol 1003\n";

    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private TestMount? _mount;

    public VolumeAclTests()
    {
        _tree = new TestTree(_source);
        _tree.Owners.Users["alice"] = Alice;
        _tree.Owners.Users["bob"] = Bob;
        _tree.Owners.ArchivedUsers[1001] = "alice";
    }

    public void Dispose() => _mount?.Dispose();

    [Fact]
    public void Others_see_volumes_and_days_but_nothing_that_holds_everything()
    {
        SnapshotHead full = Add("2026-11-20T02:00:00Z", Root());
        TestNode increment = Root();
        increment.Children.Add("changed", increment.At("files"));
        increment.Children.Add("deleted", TestNode.Text("private/name\n"));
        Add("2026-11-21T02:00:00Z", increment, full);
        TestMount mount = Open();

        Assert.Equal(["2026.11.20", "2026.11.21", "2026.11.21.changed", "latest"], mount.Names("volumes/user.alice", Stranger));
        foreach (string hidden in (string[])["2026.11.20.dump", "2026.11.21.dump", "2026.11.21.deleted", "chains"])
        {
            Assert.Equal(MountStatus.NotFound, mount.TryFind($"volumes/user.alice/{hidden}", out _, Stranger));
            Assert.Equal(MountStatus.Done, mount.TryFind($"volumes/user.alice/{hidden}", out _));
        }

        Assert.Equal(Reading, Rights(mount, "volumes/user.alice/2026.11.21.changed", "private/diary", Alice));
        Assert.Equal(AfsRights.Lookup, Rights(mount, "volumes/user.alice/2026.11.21.changed", "file", Stranger));
        Assert.Equal(0u, mount.Find("volumes/user.alice/2026.11.21.deleted").Attributes.Mode & 0x3F);
        Assert.Contains("example.org/user.alice", mount.ReadText(".snapfs/status"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file", Alice, Reading)]
    [InlineData("file", Bob, AfsRights.Lookup)]
    [InlineData("file", Stranger, AfsRights.Lookup)]
    [InlineData("private/diary", Alice, Reading)]
    [InlineData("private/diary", Bob, AfsRights.None)]
    [InlineData("private/diary", Stranger, AfsRights.None)]
    [InlineData("open/of root", Alice, Reading)]
    [InlineData("open/of root", Bob, AfsRights.Lookup)]
    [InlineData("open/of root", Stranger, Reading)]
    [InlineData("open/without bits", Alice, AfsRights.Lookup)]
    [InlineData("members/x", Bob, Reading)]
    [InlineData("members/x", Stranger, AfsRights.None)]
    [InlineData("without carol/x", Bob, Reading)]
    [InlineData("without carol/x", Stranger, AfsRights.Lookup)] // carol is none here yet: they may be carol
    [InlineData("garbled/x", Alice, AfsRights.None)]
    [InlineData("without list/x", Alice, AfsRights.None)]
    [InlineData("no vnode/x", Alice, AfsRights.None)]
    [InlineData("bad vnode/x", Alice, AfsRights.None)]
    public void Each_directory_has_its_own_list_and_files_that_of_theirs(string path, uint user, AfsRights expected)
    {
        Add("2026-11-20T02:00:00Z", Root());
        foreach (uint mounting in (uint[])[0, 1000])
        {
            TestMount mount = Open(mounting);

            Assert.Equal(expected, Rights(mount, Day, path, user));
            Assert.True(mounting == 0 || Rights(mount, Day, path, mounting) == Reading);
        }
    }

    [Fact]
    public void Names_of_a_file_in_two_directories_are_two_files()
    {
        Add("2026-11-20T02:00:00Z", Root());
        TestMount mount = Open();

        NodeEntry open = mount.Find(Day + "/open/linked");
        NodeEntry closed = mount.Find(Day + "/private/linked");
        Assert.NotEqual(open.NodeId, closed.NodeId);
        Assert.Equal(open.NodeId, mount.Find(Day + "/open/linked too").NodeId);
        Assert.Equal(AfsRights.Lookup | AfsRights.Read, Rights(mount, Day, "open/linked", Stranger));
        Assert.Equal(AfsRights.None, Rights(mount, Day, "private/linked", Stranger));
    }

    [Fact]
    public void Without_names_or_with_damaged_ones_nobody_has_one()
    {
        Add("2026-11-20T02:00:00Z", Root(names: ""));
        Add("2026-11-21T02:00:00Z", Root());
        byte[] saved = Encoding.UTF8.GetBytes(Names);
        TestMount mount = Open();
        _source.Damage(ChunkKind.Data, ChunkId.Read(SHA256.HashData(saved)));

        foreach (string day in (string[])[Day, "volumes/user.alice/2026.11.21"])
        {
            Assert.Equal(AfsRights.None, Rights(mount, day, "private/diary", Alice));
            Assert.Equal(AfsRights.None, Rights(mount, day, "members/x", Bob));
            Assert.Equal(AfsRights.Lookup, Rights(mount, day, "open/of root", Stranger)); // who may be the one who is denied it
        }
    }

    [Fact]
    public void More_users_than_the_kernel_takes_are_judged_at_each_look_up()
    {
        StringBuilder names = new();
        for (uint i = 0; i < 600; i++)
        {
            names.Append(null, $"user{i} {3000 + i}\n");
            _tree.Owners.Users[$"user{i}"] = 5000 + i;
        }

        Add("2026-11-20T02:00:00Z", Root(names.ToString()));
        TestMount mount = Open(mounting: 1000);

        NodeEntry members = mount.Find(Day + "/members", 5599);
        Assert.Equal(CacheLifetime.None, members.Lifetime);
        Assert.Equal("555", Convert.ToString(members.Attributes.Mode & 0x1FF & ~0x80U, 8));
        Assert.Equal(CacheLifetime.None, mount.Find(Day + "/members/x", 5000).Lifetime);
        Assert.Equal(MountStatus.Denied, mount.TryFind(Day + "/members", out _, Stranger));
        Assert.Equal(MountStatus.Denied, mount.TryFind(Day + "/members", out _, 5600));
        Assert.Equal(MountStatus.Done, mount.TryFind(Day + "/members", out _, 1000));
        Assert.Equal(CacheLifetime.WhileUsersStay, mount.Find(Day + "/open", Stranger).Lifetime);
    }

    [Fact]
    public void Other_snapshots_are_as_without()
    {
        _tree.AddSnapshot("box", "etc", "2026-11-16T02:00:00Z", TestNode.Directory(("file", TestNode.Text("x"))));
        _tree.AddSnapshot("other", "etc", "2026-11-16T02:00:00Z", TestNode.Directory(("file", TestNode.Text("x"))));
        TestMount mount = Open();

        Assert.Equal(0x1A4u, mount.Find("hosts/box/etc/2026-11-16T02-00-00Z/file").Attributes.Mode);
        Assert.Equal(["box"], mount.Names("hosts", Stranger));
    }

    private SnapshotHead Add(string started, TestNode root, SnapshotHead? full = null) =>
        _tree.AddVolume("example.org", "user.alice", started, root, full);

    private TestMount Open(uint mounting = 0)
    {
        _mount?.Dispose();
        return _mount = Volumes.Open(
            _source, _tree.Owners, new MountOptions { AllowOther = true, UsersOf = ["box"], UserId = mounting }, afsAcls: true);
    }

    /// <summary>A volume whose root everybody may list, with directories that have lists of their own.</summary>
    private static TestNode Root(string names = Names)
    {
        TestNode linked() => new TestNode { Links = 3, Inode = 77, Content = "linked"u8.ToArray() }.As(77);
        TestNode withoutBits = TestNode.Text("hidden");
        withoutBits.Mode = 0x3F; // 0077: all but the owner's
        TestNode noVnode = TestNode.Directory(("x", TestNode.Text("x").As(19)));
        TestNode badVnode = TestNode.Directory(("x", TestNode.Text("x").As(21)));
        badVnode.Extensions = [4, 1, 0];
        badVnode.HasBadExtensions = true;
        byte[] garbled = Acl([], []);
        garbled[7] = 9;
        TestNode files = Directory(
            1,
            Acl([(AfsIds.AnyUser, AfsRights.Lookup), (1001, Reading)], []),
            ("file", Of(1001, TestNode.Text("x").As(2))),
            ("private", Directory(3, Acl([(1001, Reading)], []), ("diary", Of(1001, TestNode.Text("Dear diary").As(4))),
                ("linked", linked()))),
            ("open", Directory(5, Acl([(AfsIds.AnyUser, Reading)], [(1002, AfsRights.Read)]), ("of root", TestNode.Text("x").As(6)),
                ("without bits", withoutBits.As(8)), ("linked", linked()), ("linked too", linked()))),
            ("members", Directory(9, Acl([(AfsIds.AuthenticatedUser, Reading)], []), ("x", TestNode.Text("x").As(10)))),
            ("without carol", Directory(15, Acl([(AfsIds.AnyUser, Reading)], [(1003, AfsRights.Read)]),
                ("x", TestNode.Text("x").As(16)))),
            ("garbled", Directory(11, garbled, ("x", TestNode.Text("x").As(12)))),
            ("without list", Directory(13, null, ("x", TestNode.Text("x").As(14)))),
            ("no vnode", noVnode),
            ("bad vnode", badVnode));
        TestNode root = TestNode.Directory(("files", files));
        if (names.Length > 0)
        {
            root.Children.Add("names", TestNode.Text(names));
        }

        return root;
    }

    private static TestNode Directory(uint vnode, byte[]? accessList, params (string Name, TestNode Node)[] children) =>
        TestNode.Directory(children).As(vnode, accessList: accessList);

    private static TestNode Of(uint user, TestNode node)
    {
        node.UserId = user;
        return node;
    }

    private static byte[] Acl((int Id, AfsRights Rights)[] positive, (int Id, AfsRights Rights)[] negative) => new AfsAccessList(
        [.. positive.Select(entry => new AfsAccessEntry(entry.Id, entry.Rights))],
        [.. negative.Select(entry => new AfsAccessEntry(entry.Id, entry.Rights))]).Encode();

    /// <summary>What a kernel would let a user do: look the file up, and read it.</summary>
    private static AfsRights Rights(TestMount mount, string day, string file, uint user)
    {
        string[] names = file.Split('/');
        for (int depth = 0; depth < names.Length; depth++)
        {
            if ((Granted(mount, string.Join('/', [day, .. names[..depth]]), user) & 5) != 5)
            {
                return AfsRights.None;
            }
        }

        return (Granted(mount, $"{day}/{file}", user) & 4) != 0 ? Reading : AfsRights.Lookup;
    }

    private static uint Granted(TestMount mount, string path, uint user)
    {
        NodeEntry entry = mount.Find(path);
        MountStatus status = mount.Files.GetXattr(
            entry.NodeId, "system.posix_acl_access"u8, out ReadOnlySpan<byte> list);
        return LinuxPermissions.Of(
            user, entry.Attributes.UserId, entry.Attributes.Mode, status == MountStatus.Done ? list.ToArray() : null);
    }
}
