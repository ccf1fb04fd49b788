using SnapFs.Mount.Tests.Fakes;
using SnapFs.Testing.Processes;
using SnapFs.Trees;

namespace SnapFs.Mount.Fuse.Tests.Sessions;

/// <summary>What ordinary programs make of <c>versions</c> and <c>deleted</c> in a real mount.</summary>
public sealed class PastMountTests
{
    private const uint Ann = 60_001;
    private const uint Bob = 60_002;

    [SkippableFact]
    public void Ordinary_programs_read_versions_as_files()
    {
        using MountFixture mount = Mount();
        string file = $"{mount.MountPoint}/versions/box/root/d/f";
        Assert.Equal(["2026-11-01T00-00-00Z", "2026-11-03T00-00-00Z"], Lines($"ls {file}"));
        Assert.Equal(
            Lines($"cat {mount.MountPoint}/hosts/box/root/2026-11-03T00-00-00Z/d/f | sha256sum | cut -c1-64"),
            Lines($"sha256sum {file}/2026-11-03T00-00-00Z | cut -c1-64"));
        Assert.Equal(["versions/box/root/d/f/2026-11-03T00-00-00Z"], Lines($"cd {mount.MountPoint}; grep -rl three versions"));
        Assert.Equal(
            Lines($"stat -c %i {mount.MountPoint}/hosts/box/root/2026-11-01T00-00-00Z/d/f"),
            Lines($"stat -c %i {file}/2026-11-01T00-00-00Z"));
        Assert.Equal(Lines($"ls -i {file} | awk '{{print $1}}'"), Lines($"stat -c %i {file}/*"));
        Assert.Equal(["/to/nowhere"], Lines($"readlink {mount.MountPoint}/versions/box/root/link/*"));
    }

    [SkippableFact]
    public void A_copy_of_all_versions_is_whole()
    {
        using MountFixture mount = Mount();
        string copy = Directory.CreateTempSubdirectory("snapfs-copy-").FullName;
        ProcessRunner.Run("cp", ["-a", $"{mount.MountPoint}/versions/box/root", $"{copy}/all"]).Expect();
        string list = "find . -type f -o -type l | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum";
        Assert.Equal(Lines($"cd {mount.MountPoint}/versions/box/root; {list}"), Lines($"cd {copy}/all; {list}"));
        Assert.Equal("2", Assert.Single(Lines($"find {copy}/all/d/f -type f | wc -l")));
        ProcessRunner.Run("rm", ["-r", copy]).Expect();
    }

    [SkippableFact]
    public void Ordinary_programs_bring_back_what_was_deleted()
    {
        using MountFixture mount = Mount();
        string deleted = $"{mount.MountPoint}/deleted/box/root";
        Assert.Equal(["closed-once/secret", "gone/sub/deep", "gone/top"], Lines($"cd {deleted}; find * -type f | sort"));
        string copy = Directory.CreateTempSubdirectory("snapfs-copy-").FullName;
        ProcessRunner.Run("cp", ["-a", $"{deleted}/gone", copy]).Expect();
        string stored = $"{mount.MountPoint}/hosts/box/root/2026-11-02T00-00-00Z/gone";
        Assert.Empty(Lines($"diff -r {stored} {copy}/gone"));
        string list = "find . -printf '%p %m %u %g %T@\\n' | sort";
        Assert.Equal(Lines($"cd {stored}; {list}"), Lines($"cd {copy}/gone; {list}"));
        Assert.Equal(Lines($"stat -c %i {stored}/sub/deep {stored}/top"), Lines($"stat -c %i {deleted}/gone/sub/deep {deleted}/gone/top"));
        Assert.Equal(Lines($"ls -i {deleted}/gone | awk '{{print $1}}'"), Lines($"stat -c %i {deleted}/gone/sub {deleted}/gone/top"));
        Assert.Equal("sub", Assert.Single(Lines($"cd {deleted}/gone/sub; cd ..; ls -d sub")));
        ProcessRunner.Run("rm", ["-r", copy]).Expect();
    }

    [SkippableFact]
    public void Many_readers_at_once_find_the_same_while_snapshots_come()
    {
        using MountFixture mount = Mount(files: 200);
        string find = $"find {mount.MountPoint}/versions/box/root/many -type f -exec cat {{}} + | md5sum";
        string expected = Assert.Single(Lines(find).Distinct());
        string each = $"for j in 1 2 3; do {find}; find {mount.MountPoint}/deleted > /dev/null; done";
        string script = $"for i in $(seq 8); do ({each}) & done; wait";
        Task<string[]> readers = Task.Run(() => Lines(script));
        for (int day = 4; day < 9; day++)
        {
            Add(mount, day, TestNode.Text($"{day}"), TestNode.Directory(), 0x1ED, 0);
            Thread.Sleep(300); // so that some come in between
        }

        string[] found = readers.GetAwaiter().GetResult();
        Assert.Equal(24, found.Length);
        Assert.Equal(expected, Assert.Single(found.Distinct()));
        Assert.DoesNotContain(mount.Events, happened => happened.Kind == Events.MountEventKind.Bug);
    }

    [SkippableFact]
    public void New_snapshots_appear_in_a_directory_that_was_listed()
    {
        using MountFixture mount = Mount();
        string file = $"{mount.MountPoint}/versions/box/root/d/f";
        Assert.Equal(2, Directory.GetFileSystemEntries(file).Length);
        mount.Tree.AddSnapshot("box", "root", "2026-11-09T00:00:00Z", TestNode.Directory(
            ("d", TestNode.Directory(("f", TestNode.Text("nine")), ("new", TestNode.Text("new"))))));

        Assert.True(SpinWait.SpinUntil(() => Directory.GetFileSystemEntries(file).Length == 3, 20_000));
        Assert.Equal("nine", File.ReadAllText($"{file}/2026-11-09T00-00-00Z"));
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists($"{mount.MountPoint}/versions/box/root/d/new"), 20_000));
    }

    /// <summary>For each user, what of each snapshot they can find and read through <c>hosts</c>, which must hold all that they find and
    /// read through <c>versions</c>.</summary>
    [SkippableTheory]
    [InlineData(0u)]
    [InlineData(Ann)]
    [InlineData(Bob)]
    public void Nobody_sees_more_than_in_the_trees_of_the_snapshots(uint user)
    {
        using MountFixture mount = Mount(new MountOptions { AllowOther = true, UsersOf = ["box"] });
        HashSet<string> stored = [.. Readable("hosts", path => path[(path.IndexOf('Z', StringComparison.Ordinal) + 2)..])];
        HashSet<string> versions = [.. Readable("versions", path => Path.GetDirectoryName(path)!["versions/box/root/".Length..])];
        HashSet<string> deleted = [.. Readable("deleted", path => path["deleted/box/root/".Length..])];
        Assert.Subset(stored, deleted);
        Assert.Contains("gone/top", deleted);
        Assert.Equal(user == 0, deleted.Contains("closed-once/secret"));
        Assert.Equal(user == 0, deleted.Contains("gone/sub/deep"));
        Assert.Subset(stored, versions);
        Assert.Contains("d/f", versions);
        Assert.Equal(user == 0, versions.Contains("closed-once/secret"));
        Assert.Equal(user == 0, stored.Contains("closed-once/secret"));
        Assert.Equal(user is 0 or Ann, versions.Contains("ann/diary"));
        Assert.Contains("closed-once/open", stored);

        IEnumerable<string> Readable(string below, Func<string, string> pathOf) =>
            As(mount, user, $"find {below}/box/root -type f -readable 2>/dev/null -exec head -c1 {{}} \\; -printf '\\n%p\\n'")
                .Where(line => line.StartsWith(below, StringComparison.Ordinal)).Select(pathOf);
    }

    [SkippableFact]
    public void Names_of_a_directory_that_was_closed_once_are_not_found_either()
    {
        using MountFixture mount = Mount(new MountOptions { AllowOther = true, UsersOf = ["box"] });
        string at = $"{mount.MountPoint}/versions/box/root/closed-once";
        Assert.Equal(["open", "secret"], Lines($"ls {at}")); // root, so that the kernel knows the names
        Assert.Contains("Permission denied", Run(mount, Bob, $"ls {at}").Error, StringComparison.Ordinal);
        Assert.Contains("Permission denied", Run(mount, Bob, $"stat {at}/secret").Error, StringComparison.Ordinal);
        Assert.Contains("Permission denied", Run(mount, Bob, $"stat {at}/none").Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_the_kernel_forgets_is_forgotten()
    {
        using MountFixture mount = Mount(files: 2000);
        Assert.Equal(4000, int.Parse(Assert.Single(Lines($"find {mount.MountPoint}/versions/box/root/many -type f -size -9 | wc -l"))));
        Assert.Equal(2000, int.Parse(Assert.Single(Lines($"find {mount.MountPoint}/deleted/box/root/many -type f -size -9 | wc -l"))));
        Assert.InRange(mount.Session.Files.KnownNodes, 2000, 10_000);
        File.WriteAllText("/proc/sys/vm/drop_caches", "2");
        Assert.True(SpinWait.SpinUntil(() => mount.Session.Files.KnownNodes < 50, 10_000), $"{mount.Session.Files.KnownNodes}");
        Assert.Equal(2000, Directory.GetDirectories($"{mount.MountPoint}/versions/box/root/many").Length);
    }

    private static MountFixture Mount(MountOptions? options = null, int files = 0)
    {
        MountFixture.Require();
        MountFixture mount = new(null, options);
        mount.Tree.Owners.ArchivedUsers[500] = "ann";
        mount.Tree.Owners.Users["ann"] = Ann;
        Add(mount, 1, TestNode.Text("one"), TestNode.Directory(("open", TestNode.Text("o"))), 0x1ED, files); // 0755
        Add(mount, 2, TestNode.Text("one"), TestNode.Directory(("secret", TestNode.Text("s"))), 0x1C0, files); // 0700
        Add(mount, 3, TestNode.Text("three"), TestNode.Directory(("open", TestNode.Text("o"))), 0x1ED, 0);
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists($"{mount.MountPoint}/hosts/box/root/2026-11-03T00-00-00Z"), 5000));
        return mount;
    }

    private static void Add(MountFixture mount, int day, TestNode file, TestNode changing, uint mode, int files)
    {
        changing.Mode = mode;
        TestNode ann = TestNode.Directory(("diary", new TestNode { Mode = 0x180, UserId = 500, Content = "mine"u8.ToArray() }));
        ann.Mode = 0x1C0;
        ann.UserId = 500;
        TestNode many = TestNode.Directory();
        for (int i = 0; i < files; i++)
        {
            many.Children.Add($"f{i}", TestNode.Text($"{day}"));
        }

        TestNode sub = TestNode.Directory(("deep", TestNode.Text("deep")));
        sub.Mode = 0x1C0;
        TestNode root = TestNode.Directory(
            ("d", TestNode.Directory(("f", file))),
            ("link", TestNode.Link("/to/nowhere")),
            ("pipe", new TestNode { Type = NodeType.Fifo }),
            ("closed-once", changing),
            ("ann", ann),
            ("many", many));
        if (day < 3)
        {
            root.Children.Add("gone", TestNode.Directory(("top", TestNode.Text($"{day}")), ("sub", sub)));
        }

        mount.Tree.AddSnapshot("box", "root", $"2026-11-0{day}T00:00:00Z", root);
    }

    private static string[] Lines(string script) =>
        ProcessRunner.Shell(script).Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string[] As(MountFixture mount, uint user, string script) =>
        Run(mount, user, script).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static ProcessResult Run(MountFixture mount, uint user, string script) => ProcessRunner.Run(
        "setpriv",
        [$"--reuid={user}", $"--regid={user}", "--clear-groups", "sh", "-c", $"cd {mount.MountPoint}; {script}"]);
}
