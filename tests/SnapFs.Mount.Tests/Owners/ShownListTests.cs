using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Owners;

namespace SnapFs.Mount.Tests.Owners;

/// <summary>The access lists that a mount shows, which <c>cp -a</c> sets on copies and which the kernel enforces where other users may
/// enter. On the source 1602 was bea and 1700 had no name.</summary>
public sealed class ShownListTests : IDisposable
{
    private const string At = "hosts/box/etc/2026-11-21T02-20-00Z/";
    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private TestMount? _mount;

    public ShownListTests()
    {
        _tree = new TestTree(_source);
        _tree.Owners.ArchivedUsers[1602] = "bea";
    }

    public void Dispose() => _mount?.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_has_another_number_here_is_named_by_it(bool allowOther)
    {
        Open(allowOther, ("bea", 1702), ("eve", 1602));

        Assert.Equal([1702u], Named("f", PosixAcl.AccessName));
        Assert.Equal([1702u], Named("d", PosixAcl.DefaultName));
        Assert.Equal("660", Mode("f"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_is_unknown_here_is_not_named_and_whoever_has_the_number_gets_nothing(bool allowOther)
    {
        Open(allowOther, ("eve", 1602));

        Assert.Equal([], Named("f", PosixAcl.AccessName));
        Assert.Equal([], Named("d", PosixAcl.DefaultName));
        Assert.False(Lists("f", PosixAcl.AccessName));
        Assert.True(Lists("d", PosixAcl.DefaultName)); // without a name: what is made in a copy gets what the others got
        Assert.Equal("600", Mode("f")); // the bits of the mask are not the group's
    }

    [Fact]
    public void A_number_that_nobody_has_here_stays_in_a_list_that_is_copied_and_lets_nobody_in()
    {
        Open(allowOther: false, ("bea", 1702));
        Assert.Equal([1700u], Named("nameless", PosixAcl.AccessName));
        Assert.Equal([1700u], Named("nameless", PosixAcl.DefaultName));
        _mount?.Dispose();

        _mount = TestMount.Open(_source, _tree.Owners, Options(allowOther: true));
        Assert.Equal([], Named("nameless", PosixAcl.AccessName));
        Assert.Equal([], Named("nameless", PosixAcl.DefaultName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_list_that_cannot_be_read_is_not_shown(bool allowOther)
    {
        Open(allowOther);

        Assert.False(Lists("odd", PosixAcl.AccessName));
        Assert.False(Lists("odd", PosixAcl.DefaultName));
        Assert.Equal("600", Mode("odd"));
    }

    [Theory]
    [InlineData(false, 1800, 1900, "6770")]
    [InlineData(true, 0, 0, "700")]
    public void What_may_be_a_strangers_is_roots_where_other_users_may_enter(bool allowOther, int user, int group, string mode)
    {
        _tree.Owners.Groups["some group"] = 1900;
        Open(allowOther, ("somebody", 1800));

        NodeEntry entry = _mount!.Find(At + "stranger"); // not null: Open has set it
        Assert.Equal(((uint)user, (uint)group, mode), (entry.Attributes.UserId, entry.Attributes.GroupId, Mode("stranger")));
    }

    private static MountOptions Options(bool allowOther) => new() { AllowOther = allowOther, UsersOf = ["box"] };

    private void Open(bool allowOther, params (string Name, uint Id)[] users)
    {
        foreach ((string name, uint id) in users)
        {
            _tree.Owners.Users[name] = id;
        }

        TestNode file = new() { Mode = 0x1B0 }; // 0660, whose group bits are the mask
        TestNode directory = TestNode.Directory();
        TestNode nameless = TestNode.Directory();
        TestNode odd = TestNode.Directory();
        odd.Mode = 0x1B6; // 0666
        Set(file, PosixAcl.AccessName, List(1602));
        Set(directory, PosixAcl.DefaultName, List(1602));
        Set(nameless, PosixAcl.AccessName, List(1700));
        Set(nameless, PosixAcl.DefaultName, List(1700));
        Set(odd, PosixAcl.AccessName, [1, 2, 3]);
        Set(odd, PosixAcl.DefaultName, [1, 2, 3]);
        TestNode stranger = new() { UserId = 1800, GroupId = 1900, Mode = 0xDF8 }; // 06770
        _tree.AddSnapshot("box", "etc", "2026-11-21T02:20:00Z", TestNode.Directory(
            ("f", file), ("d", directory), ("nameless", nameless), ("odd", odd), ("stranger", stranger)));
        _mount = TestMount.Open(_source, _tree.Owners, Options(allowOther));
    }

    private static void Set(TestNode node, ReadOnlySpan<byte> name, byte[] list) =>
        node.Xattrs[System.Text.Encoding.ASCII.GetString(name)] = list;

    /// <summary>The owner reads and writes, one user does, and nobody else anything.</summary>
    private static byte[] List(uint user) => PosixAcl.Of(6, [(user, 6)], group: 0, mask: 6, other: 0);

    private string Mode(string file) =>
        Convert.ToString(_mount!.Find(At + file).Attributes.Mode, 8); // not null: Open has set it

    private bool Lists(string file, ReadOnlySpan<byte> name)
    {
        MountStatus status = _mount!.Files.ListXattrs(_mount.Find(At + file).NodeId, out ReadOnlySpan<byte> names); // Open has set it
        Assert.Equal(MountStatus.Done, status);
        bool isListed = names.IndexOf((ReadOnlySpan<byte>)[.. name, 0]) >= 0;
        Assert.Equal(isListed, ValueOf(file, name) is not null);
        return isListed;
    }

    private List<uint> Named(string file, ReadOnlySpan<byte> name)
    {
        List<uint> named = [];
        AclReader entries = new(ValueOf(file, name));
        while (entries.Next())
        {
            if (entries.Tag == AclTag.User)
            {
                named.Add(entries.Id);
            }
        }

        return named;
    }

    private byte[]? ValueOf(string file, ReadOnlySpan<byte> name)
    {
        MountStatus status = _mount!.Files.GetXattr(_mount.Find(At + file).NodeId, name, out ReadOnlySpan<byte> value); // Open set it
        return status == MountStatus.Done ? value.ToArray() : null;
    }
}
