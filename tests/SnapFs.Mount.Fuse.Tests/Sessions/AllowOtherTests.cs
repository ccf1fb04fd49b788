using SnapFs.Mount.Tests.Fakes;
using SnapFs.Owners;
using SnapFs.Testing.Processes;

namespace SnapFs.Mount.Fuse.Tests.Sessions;

/// <summary>What users other than the one who mounts can do. Users here are numbers without accounts.</summary>
public sealed class AllowOtherTests
{
    private const uint Ann = 60_001;
    private const uint Bob = 60_002;
    private const uint Nobody = 65_534;

    [SkippableFact]
    public void Archived_owners_count_by_name_and_strangers_own_nothing()
    {
        using MountFixture mount = Mount();

        // 500 was ann there and is Ann here; 501 had a name that is unknown here, and 501 is somebody else here.
        Assert.Equal($"{Ann}", Stat(mount, "ann/secret"));
        Assert.Equal("0", Stat(mount, "stranger"));
        Assert.Equal("502", Stat(mount, "nameless"));
        Assert.Equal("mine", Run(mount, Ann, "cat ann/secret").Output);
        Assert.Contains("Permission denied", Run(mount, Bob, "cat ann/secret").Error, StringComparison.Ordinal);
        Assert.Contains("Permission denied", Run(mount, 501, "cat stranger").Error, StringComparison.Ordinal);
    }

    /// <summary>Who reads what, tried for real: root, the one who mounts, owners by name, who has an owner's number, nobody (also the
    /// user that squashed clients come as), and users without any part in it.</summary>
    [SkippableTheory]
    [InlineData("ann/secret", 600, new uint[] { 0, Ann })]
    [InlineData("ann-group", 640, new uint[] { 0, Ann })]
    [InlineData("of-nobody", 600, new uint[] { 0, Nobody })]
    [InlineData("stranger", 600, new uint[] { 0 })]
    [InlineData("stranger-open", 604, new uint[] { 0, Ann, Bob, 501, 502, Nobody })]
    [InlineData("stranger-denied", 0, new uint[] { 0 })] // one of them may be whom it was denied to
    [InlineData("stranger-listed", 640, new uint[] { 0, Ann })]
    [InlineData("stranger-group", 0, new uint[] { 0 })]
    [InlineData("stranger-group-open", 644, new uint[] { 0, Ann, Bob, 501, 502, Nobody })]
    [InlineData("stranger-group-denied", 600, new uint[] { 0 })]
    [InlineData("stranger-dir/in", 644, new uint[] { 0 })]
    [InlineData("nameless", 600, new uint[] { 0, 502 })]
    [InlineData("listed", 640, new uint[] { 0, Ann })]
    [InlineData("listed-against-nobody", 644, new uint[] { 0, Ann, Bob, 501, 502 })]
    [InlineData("unproved", 600, new uint[] { 0 })]
    [InlineData("closed/open", 644, new uint[] { 0, Ann })]
    [InlineData("plain", 644, new uint[] { 0, Ann, Bob, 501, 502, Nobody })]
    public void Each_user_reads_what_is_theirs_and_no_more(string file, int mode, uint[] readers)
    {
        using MountFixture mount = Mount();
        Assert.Equal(Octal(mode), ProcessRunner.Run("stat", ["-c", "%a", $"{mount.Snapshot}/{file}"]).Expect().Output.Trim());
        AssertReaders(mount, file, readers);
    }

    [SkippableFact]
    public void Without_allow_other_only_the_one_who_mounts_reads_and_root_if_it_is_that()
    {
        MountFixture.Require();
        using MountFixture mount = new(TestNode.Directory(("file", new TestNode { Mode = 0x1FF, Content = "x"u8.ToArray() })));
        AssertReaders(mount, "file", [0]);
    }

    [SkippableFact]
    public void A_closed_ancestor_closes_what_is_below()
    {
        using MountFixture mount = Mount();
        Assert.Contains("Permission denied", Run(mount, Bob, "cat closed/open").Error, StringComparison.Ordinal);
        Assert.Equal("open", Run(mount, Ann, "cat closed/open").Output);
    }

    [SkippableFact]
    public void An_access_list_is_enforced_for_who_is_known_and_grants_nothing_to_who_is_not()
    {
        using MountFixture mount = Mount();
        Assert.Equal("listed", Run(mount, Ann, "cat listed").Output); // user:ann:r--
        Assert.Contains("Permission denied", Run(mount, Bob, "cat listed").Error, StringComparison.Ordinal);
        Assert.Contains("Permission denied", Run(mount, 777, "cat unproved").Error, StringComparison.Ordinal); // user:777:r--
    }

    [SkippableFact]
    public void Hosts_that_are_not_chosen_do_not_exist_for_others()
    {
        using MountFixture mount = Mount();
        string All(uint user) => Run(mount, user, $"cd {mount.MountPoint}; find . -maxdepth 5 -not -path '*Z/*' | sort").Output;

        Assert.Contains("hosts/hidden-host", All(0), StringComparison.Ordinal);
        Assert.Contains("tags/hidden-tag", All(0), StringComparison.Ordinal);
        string seen = All(Bob);
        Assert.Contains("hosts/box", seen, StringComparison.Ordinal);
        Assert.Contains("dates/2026-11-21/box", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("2025-01-01", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", Run(mount, Bob, $"readlink {mount.MountPoint}/ids/*").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", Run(mount, Bob, $"cat {mount.MountPoint}/.snapfs/status").Output, StringComparison.Ordinal);

        // The kernel has the names cached by now; they must not work for others.
        Assert.Equal("h", Run(mount, 0, $"cat {mount.MountPoint}/hosts/hidden-host/s/latest/file").Output);
        Assert.Contains(
            "No such file", Run(mount, Bob, $"cat {mount.MountPoint}/hosts/hidden-host/s/latest/file").Error,
            StringComparison.Ordinal);
        Assert.Contains("hosts/hidden-host", All(0), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Without_allow_other_other_users_see_nothing()
    {
        MountFixture.Require();
        using MountFixture mount = new(TestNode.Directory(("file", TestNode.Text("x"))));
        Assert.Contains("Permission denied", Run(mount, Bob, $"ls {mount.MountPoint}").Error, StringComparison.Ordinal);
    }

    private static MountFixture Mount()
    {
        MountFixture.Require();
        MountFixture mount = new(null, new MountOptions { AllowOther = true, UsersOf = ["box"] });
        mount.Tree.Owners.ArchivedUsers[500] = "ann";
        mount.Tree.Owners.ArchivedUsers[501] = "nobody-here";
        mount.Tree.Owners.Users["ann"] = Ann;
        mount.Tree.Owners.Users["somebody"] = 501;
        TestNode secret = new() { UserId = 500, Mode = 0x180, Content = "mine"u8.ToArray() }; // 0600
        TestNode listed = new() { Mode = 0x1A0, Content = "listed"u8.ToArray() }; // 0640, the group bits are the mask
        listed.Xattrs["system.posix_acl_access"] = Acl(500);
        TestNode unproved = new() { Mode = 0x1A0, Content = "unproved"u8.ToArray() };
        unproved.Xattrs["system.posix_acl_access"] = Acl(777);
        mount.Tree.Owners.ArchivedUsers[503] = "nobody";
        mount.Tree.Owners.Users["nobody"] = Nobody;
        mount.Tree.Owners.ArchivedGroups[504] = "ann";
        mount.Tree.Owners.Groups["ann"] = Ann;
        TestNode strangerListed = new() { UserId = 501, Mode = 0x1A0, Content = "s"u8.ToArray() };
        strangerListed.Xattrs["system.posix_acl_access"] = Acl(500);
        TestNode againstNobody = new() { Mode = 0x1A4, Content = "l"u8.ToArray() }; // 0644
        againstNobody.Xattrs["system.posix_acl_access"] = PosixAcl.Of(6, [(503, 0)], group: 4, mask: 4, other: 4);
        TestNode closed = TestNode.Directory(("open", TestNode.Text("open")));
        closed.Mode = 0x1C0; // 0700
        closed.UserId = 500;
        mount.Tree.Owners.Groups["some group"] = 601;
        TestNode strangers = TestNode.Directory(("in", TestNode.Text("s")));
        strangers.UserId = 501;
        strangers.Mode = 0x1C0; // 0700
        mount.Tree.AddSnapshot("box", "root", MountFixture.Time, TestNode.Directory(
            ("ann", TestNode.Directory(("secret", secret))),
            ("closed", closed),
            ("listed", listed),
            ("unproved", unproved),
            ("ann-group", new TestNode { GroupId = 504, Mode = 0x1A0, Content = "g"u8.ToArray() }), // 0640
            ("of-nobody", new TestNode { UserId = 503, Mode = 0x180, Content = "n"u8.ToArray() }), // 0600
            ("listed-against-nobody", againstNobody),
            ("plain", TestNode.Text("p")),
            ("stranger", new TestNode { UserId = 501, Mode = 0x180, Content = "s"u8.ToArray() }),
            ("stranger-open", new TestNode { UserId = 501, Mode = 0x184, Content = "s"u8.ToArray() }), // 0604
            ("stranger-denied", new TestNode { UserId = 501, Mode = 0x024, Content = "s"u8.ToArray() }), // 0044
            ("stranger-listed", strangerListed),
            ("stranger-group-open", new TestNode { GroupId = 601, Mode = 0x1A4, Content = "s"u8.ToArray() }), // 0644
            ("stranger-group-denied", new TestNode { GroupId = 601, Mode = 0x184, Content = "s"u8.ToArray() }), // 0604
            ("stranger-group", new TestNode { GroupId = 601, Mode = 0x020, Content = "s"u8.ToArray() }), // 0040
            ("stranger-dir", strangers),
            ("nameless", new TestNode { UserId = 502, Mode = 0x180 })));
        mount.Tree.AddSnapshot(
            "hidden-host", "s", "2025-01-01T00:00:00Z", TestNode.Directory(("file", TestNode.Text("h"))), ["hidden-tag"]);
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists($"{mount.MountPoint}/hosts/box/root/latest/ann"), 5000));
        return mount;
    }

    /// <summary>An access list: owner rw-, one user r--, group ---, mask r--, others ---.</summary>
    private static byte[] Acl(uint user) => PosixAcl.Of(6, [(user, 4)], group: 0, mask: 4, other: 0);

    private static void AssertReaders(MountFixture mount, string file, uint[] readers)
    {
        foreach (uint user in (uint[])[0, Ann, Bob, 501, 502, Nobody])
        {
            ProcessResult result = Run(mount, user, $"cat {file}");
            Assert.True(readers.Contains(user) == (result.ExitCode == 0), $"{user}: {result.ExitCode} {result.Error}");
        }
    }

    private static string Octal(int decimalDigits) => decimalDigits.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Stat(MountFixture mount, string name) =>
        ProcessRunner.Run("stat", ["-c", "%u", $"{mount.Snapshot}/{name}"]).Expect().Output.Trim();

    private static ProcessResult Run(MountFixture mount, uint user, string script) => ProcessRunner.Run(
        "setpriv",
        [$"--reuid={user}", $"--regid={user}", "--clear-groups", "sh", "-c", $"cd {mount.MountPoint}/hosts/box/root/latest; {script}"]);
}
