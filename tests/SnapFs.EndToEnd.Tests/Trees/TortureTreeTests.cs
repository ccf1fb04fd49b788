using System.Text;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Trees;

/// <summary>The measuring device itself: what it makes, and that it sees every difference.</summary>
public sealed class TortureTreeTests : IDisposable
{
    private static readonly TortureOptions Small = TortureOptions.ShortRun.WithinPathMax with
    {
        WideEntries = 50,
        DeepLevels = 20,
        RandomLength = 100_000,
    };

    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_tree_holds_every_kind_of_entry_and_a_path_beyond_PATH_MAX()
    {
        TortureTree tree = TortureTree.Create(directory["t"], Small with { DeepLevels = 200, DeepNameLength = 30 });
        TreeManifest manifest = TreeManifest.Scan(tree.Path);

        IEnumerable<EntryKind> kinds = manifest.Records.Values.Select(record => record.Kind).Distinct();
        int expected = Environment.IsPrivilegedProcess ? 7 : 5;
        Assert.Equal(expected, kinds.Count());
        Assert.True(manifest.Records.Keys.Max(path => path.Length) > 4096);
        Assert.Equal("1048575-1048577 1048822-1048824", manifest.Records["holes/larger than 4 GiB"].DataPages);
    }

    [Fact]
    public void Two_trees_of_one_seed_are_equal_but_for_the_times_nobody_set()
    {
        TreeManifest first = TreeManifest.Scan(TortureTree.Create(directory["a"], Small).Path);
        TreeManifest second = TreeManifest.Scan(TortureTree.Create(directory["b"], Small).Path);

        TreeFields fields = TreeFields.Restorable & ~TreeFields.ModifyTime;
        Assert.Empty(TreeManifest.Compare(first, second, fields));
        Assert.NotEmpty(TreeManifest.Compare(first, second));
    }

    [Fact]
    public void A_copy_by_cp_is_equal_but_for_zeros_that_cp_makes_holes_and_a_hole_it_writes()
    {
        TreeManifest original = TreeManifest.Scan(TortureTree.Create(directory["a"], Small).Path);

        ProcessRunner.Run("cp", ["-a", directory["a"], directory["b"]]).Expect();

        IReadOnlyList<TreeDifference> found = TreeManifest.Compare(original, TreeManifest.Scan(directory["b"]));
        Assert.All(found, difference => Assert.Equal(TreeFields.Holes, difference.Field));
        Assert.All(
            found,
            difference => Assert.Contains(difference.Path, (string[])["holes/only a hole of one byte", "holes/zeros beside holes"]));
    }

    [Theory]
    [InlineData("chmod 4711 'types/regular'", "types/regular", TreeFields.Mode)]
    [InlineData("touch -h -d '2001-02-03 04:05:06.000000001' links/short", "links/short", TreeFields.ModifyTime)]
    [InlineData("touch -d '1969-12-31 23:59:59.999999998Z' 'times/one nanosecond before the epoch'",
        "times/one nanosecond before the epoch", TreeFields.ModifyTime)]
    [InlineData("setfattr -x user.snapfs.empty xattrs/user", "xattrs/user", TreeFields.Xattrs)]
    [InlineData("setfattr -n user.snapfs.empty -v x xattrs/user", "xattrs/user", TreeFields.Xattrs)]
    [InlineData("setfacl -m u:7:r 'xattrs/access acl'", "xattrs/access acl", TreeFields.Xattrs)]
    [InlineData("setfacl -d -m u:7:r 'xattrs/both acls'", "xattrs/both acls", TreeFields.Xattrs)]
    [InlineData("printf X | dd of='sizes/1048576 bytes' bs=1 seek=1000000 conv=notrunc", "sizes/1048576 bytes",
        TreeFields.Content)]
    [InlineData("truncate -s +1 'sizes/0 bytes'", "sizes/0 bytes", TreeFields.Length)]
    [InlineData("dd if=/dev/zero of='holes/leading' bs=4096 count=1 conv=notrunc", "holes/leading", TreeFields.Holes)]
    [InlineData("fallocate -p -o 4096 -l 4096 'sizes/zeros, written'", "sizes/zeros, written", TreeFields.Holes)]
    [InlineData("cp -a --remove-destination hard/left/one hard/three.new; mv hard/three.new hard/three", "hard/three",
        TreeFields.LinkGroup)]
    [InlineData("ln hard/left/one types/fourth", "hard/three", TreeFields.LinkCount)]
    [InlineData("rm hard/three; ln 'hard/left/same content, not linked' hard/three", "hard/right/two",
        TreeFields.LinkGroup)]
    [InlineData("ln -sfn other links/short", "links/short", TreeFields.Target)]
    [InlineData("rm types/fifo; echo > types/fifo", "types/fifo", TreeFields.Kind)]
    [InlineData("rm -r 'types/empty directory'", "types/empty directory", TreeFields.Presence)]
    [InlineData("echo > wide/extra", "wide/extra", TreeFields.Presence)]
    [InlineData("mv names/case names/CASE", "names/CASE", TreeFields.Presence)]
    public void A_changed_field_is_found(string change, string path, TreeFields field)
    {
        TortureTree tree = TortureTree.Create(directory["t"], Small);
        TreeManifest before = TreeManifest.Scan(tree.Path);

        ProcessRunner.Shell(change, new ProcessOptions { WorkingDirectory = tree.Path }).Expect();

        IReadOnlyList<TreeDifference> found = TreeManifest.Compare(before, TreeManifest.Scan(tree.Path));
        Assert.Contains(found, difference => difference.Path == path && difference.Field == field);
    }

    [SkippableTheory]
    [InlineData("chown 4242 types/regular", "types/regular", TreeFields.Owner)]
    [InlineData("chown -h :77 links/short", "links/short", TreeFields.Owner)]
    [InlineData("rm types/null; mknod -m 666 types/null c 1 5", "types/null", TreeFields.Device)]
    [InlineData("rm types/null; mknod -m 666 types/null b 1 3", "types/null", TreeFields.Kind)]
    [InlineData("setcap cap_net_admin=p xattrs/capability", "xattrs/capability", TreeFields.Xattrs)]
    [InlineData("setfattr -h -x trusted.on.symlink xattrs/symlink", "xattrs/symlink", TreeFields.Xattrs)]
    public void A_field_that_only_root_changes_is_found(string change, string path, TreeFields field)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "owners, devices and capabilities need root");
        A_changed_field_is_found(change, path, field);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("back\\slash", "back\\x5cslash")]
    [InlineData("new\nline", "new\\x0aline")]
    [InlineData("é", "\\xc3\\xa9")]
    public void The_printable_form_of_a_name_goes_both_ways(string name, string printable)
    {
        byte[] raw = Encoding.UTF8.GetBytes(name);

        Assert.Equal(printable, RawName.Escape(raw));
        Assert.Equal(raw, RawName.Unescape(printable));
    }
}
