using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>
/// What other users can do in a mount that enforces the access lists of AFS. Users of this system that every system has take the
/// places of alice and bob by the names that are saved.
/// </summary>
public sealed class VolumeAclTests : IDisposable
{
    private const string Root = "0";
    private const string Alice = "1";
    private const string Bob = "2";
    private const string Member = "3";
    private const string Stranger = "60001";

    /// <summary>The users 1001 to 1003 of the cell are daemon, bin and sys here.</summary>
    private const string Names = """
        admin                         1   -204    -204
        daemon                     1001   -204       1
        bin                        1002   -204       1
        sys                        1003   -204       1
        staff                      -206   -204       1
        system:administrators      -204   -204    -204
        Members of staff (id: -206) are:
          sys

        """;

    /// <summary>The states s0 to s3 of user.alice.</summary>
    private static readonly string[] Days =
        ["2026.11.21T02-44-23Z", "2026.11.21T02-44-26Z", "2026.11.21T02-44-28Z", "2026.11.21T02-44-31Z"];

    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [SkippableFact]
    public void Others_read_what_the_access_lists_let_them_read()
    {
        MountPoint mount = Mount("--allow-other", "--afs-acls");
        string first = Path.Combine(mount.Path, "volumes/user.alice", Days[0]);
        string last = Path.Combine(mount.Path, "volumes/user.alice", Days[3]);

        // The root of the volume: system:anyuser l, alice rlidwka.
        Assert.Equal("rr--", Readers($"{first}/readme.txt", Root, Alice, Bob, Stranger));
        Assert.Equal("lll", Listers(first, Alice, Bob, Stranger));
        Assert.Equal("r--", Readers($"{first}/hard-a", Alice, Bob, Stranger));

        // system:anyuser rlidwka.
        Assert.Equal("rrr", Readers($"{last}/Documents/deep/author-alice.txt", Alice, Bob, Stranger));

        // alice rlidwka, not bob rlidwka; the mode of the directory is 0700 and that of the file 0600.
        Assert.Equal("l--", Listers($"{last}/private", Alice, Bob, Stranger));
        Assert.Equal("r--", Readers($"{last}/private/diary", Alice, Bob, Stranger));

        // What lies below has a list that lets everybody in, but nobody gets there.
        Assert.Equal("l--", Listers($"{last}/private/er", Alice, Bob, Stranger));

        // staff rlidwk, system:authuser rl, alice, bob.
        Assert.Equal("rrr-", Readers($"{first}/shared/plan.txt", Alice, Bob, Member, Stranger));

        // alice rlidwka, bob rl, not system:anyuser l; and none at all.
        Assert.Equal("---", Listers($"{last}/emptydir", Alice, Bob, Stranger));
        Assert.Equal("---", Listers($"{last}/aclnone", Alice, Bob, Stranger));

        // Root, who mounts, reads everything, also what no bit of the mode lets its owner read.
        Assert.Equal("--r", Readers($"{first}/noperm", Alice, Bob, Root));
        Assert.Equal("l", Listers($"{last}/aclnone", Root));
    }

    [SkippableFact]
    public void What_holds_everything_is_for_the_user_who_mounts()
    {
        MountPoint mount = Mount("--allow-other", "--afs-acls");
        string volume = Path.Combine(mount.Path, "volumes/user.alice");
        string[] closed = ["2026.11.21.dump", Days[0] + ".dump", Days[3] + ".deleted", $"chains/{Days[0]}/full.dump"];

        // Twice: by the second time the kernel has the names, which root was given.
        for (int i = 0; i < 2; i++)
        {
            foreach (string file in closed)
            {
                Assert.Equal("r--", Readers($"{volume}/{file}", Root, Alice, Stranger));
            }

            Assert.Equal("l--", Listers($"{volume}/chains", Root, Alice, Stranger));
        }

        string seen = fixture.ShellAs(Alice, $"ls '{volume}'").Expect().Output;
        Assert.Contains(Days[1] + ".changed", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("dump", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("chains", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("deleted", seen, StringComparison.Ordinal);
        Assert.Equal("l--", Listers($"{volume}/{Days[2]}.changed/private", Alice, Bob, Stranger));
    }

    [SkippableFact]
    public void A_member_copies_their_past_and_owns_the_copy()
    {
        MountPoint mount = Mount("--allow-other", "--afs-acls");
        string target = fixture["copy"];
        Directory.CreateDirectory(target);
        ProcessRunner.Run("chown", [Alice, target]).Expect();

        ProcessResult result = fixture.ShellAs(
            Alice, $"cp -a '{mount.Path}/volumes/user.alice/{Days[3]}/private' '{target}' && echo more >> '{target}/private/diary'");

        Assert.Equal("", result.Error);
        result.Expect();
    }

    /// <summary>The kernel's lists hold a page; those of <c>system:authuser</c> grow with the cell.</summary>
    [SkippableTheory]
    [InlineData(497)]
    [InlineData(700)]
    public void In_a_cell_of_many_users_each_gets_what_is_theirs(int more)
    {
        SkipUnlessRoot();
        string[] users = [.. Enumerable.Range(70_000, more).Select(id => $"member{id}:x:{id}:{id}::/:/bin/sh\n")];
        Import(string.Concat(Enumerable.Range(70_000, more).Select(id => $"member{id} {id}\n")));
        string shared = $"{fixture["mnt"]}/volumes/user.alice/{Days[0]}/shared";

        // system:authuser rl: members read, and nobody else, also when the kernel has cached what members saw.
        File.WriteAllText(fixture["namespace.sh"], $"""
            set -eu
            cp -a /etc '{fixture["etc"]}'
            printf '{string.Concat(users).Replace("\n", "\\n", StringComparison.Ordinal)}' >> '{fixture["etc"]}/passwd'
            mount --bind '{fixture["etc"]}' /etc # not the file: whoever adds a user to this machine would take the mount away
            chmod 755 '{fixture[""]}'
            mkdir '{fixture["mnt"]}'
            '{SnapFsBinary.Path}' mount '{fixture["mnt"]}' --allow-other --afs-acls
            for round in 1 2; do
                for user in 0 {Alice} 70000 {70_000 + more - 1} {70_000 + more} {Stranger}; do
                    as="setpriv --reuid $user --regid 65534 --clear-groups --"
                    if $as ls -l '{shared}' > /dev/null 2>&1; then printf l; else printf -- -; fi
                    if $as cat '{shared}/plan.txt' > /dev/null 2>&1; then printf 'r '; else printf -- '- '; fi
                done
            done
            umount '{fixture["mnt"]}'
            """);

        string output = fixture.Shell($"unshare --mount sh '{fixture["namespace.sh"]}'").Expect().Output;

        const string round = "lr lr lr lr -- -- ";
        Assert.Equal(round + round, output);
    }

    [SkippableFact]
    public void Without_afs_acls_others_see_no_volumes()
    {
        MountPoint mount = Mount("--allow-other");

        Assert.Equal("l-", Listers($"{mount.Path}/volumes", Root, Alice));
        Assert.Equal("r-", Readers($"{mount.Path}/volumes/user.alice/latest/readme.txt", Root, Alice));
    }

    [SkippableFact]
    public void A_user_who_is_not_root_mounts_for_all_and_reads_everything()
    {
        SkipUnlessRoot();
        Skip.IfNot(File.Exists("/etc/fuse.conf"), "fusermount is not configured here");
        Import();
        string day = $"{fixture["mnt"]}/volumes/user.alice/{Days[0]}";
        File.WriteAllText(fixture["read.sh"], $"""
            for file in '{day}/readme.txt' '{day}/private/diary' '{day}/noperm' '{fixture["mnt"]}/volumes/user.alice/2026.11.21.dump'; do
                if cat "$file" > /dev/null 2>&1; then printf r; else printf -- -; fi
            done
            if ls '{day}/aclnone' > /dev/null 2>&1; then echo l; else echo -; fi

            """);

        // As where ordinary users mount: a device that everybody may open, and a fusermount that lets others in.
        const string become = "setpriv --regid 65534 --clear-groups --reuid";
        File.WriteAllText(fixture["namespace.sh"], $"""
            set -eu
            mknod -m 666 '{fixture["fuse"]}' c 10 229
            mount --bind '{fixture["fuse"]}' /dev/fuse
            echo user_allow_other > '{fixture["fuse.conf"]}'
            mount --bind '{fixture["fuse.conf"]}' /etc/fuse.conf
            mkdir '{fixture["mnt"]}'
            chmod -R a+rX '{fixture[""]}'
            chown -R {Member} '{fixture.Repository}' '{fixture.Cache}' '{fixture["mnt"]}'
            {become} {Member} '{SnapFsBinary.PathForAll}' mount '{fixture["mnt"]}' --allow-other --afs-acls
            for user in {Member} {Alice} {Bob}; do
                {become} $user sh '{fixture["read.sh"]}'
            done
            umount '{fixture["mnt"]}'
            """);

        string output = fixture.Shell($"unshare --mount sh '{fixture["namespace.sh"]}'").Expect().Output;

        Assert.Equal(["rrrrl", "rr---", "-----"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static void SkipUnlessRoot() =>
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");

    private MountPoint Mount(params string[] options)
    {
        SkipUnlessRoot();
        Import();
        ProcessRunner.Run("chmod", ["755", fixture[""]]).Expect();
        return fixture.Mount(options);
    }

    private void Import(string moreNames = "")
    {
        File.WriteAllText(fixture["names"], Names + moreNames);
        string samples = Path.Combine(SnapFsBinary.SourceRoot, "tests/fixtures/afs");
        string[] dumps = ["user.alice.s0.full.dump", "user.alice.s1.inc.dump", "user.alice.s2.inc.dump", "user.alice.s3.inc.dump"];
        fixture.Initialise().Run(
            ["volume", "import", "--cell", "example.org", "--names", fixture["names"], .. dumps.Select(
                dump => Path.Combine(samples, dump))]).Expect();
    }

    /// <summary>For each user <c>r</c> if they can read a file, otherwise a dash.</summary>
    private string Readers(string file, params string[] users) => Those('r', $"cat '{file}' > /dev/null", users);

    /// <summary>For each user <c>l</c> if they can list a directory, otherwise a dash.</summary>
    private string Listers(string directory, params string[] users) => Those('l', $"ls '{directory}/' > /dev/null", users);

    private string Those(char can, string script, string[] users) =>
        string.Concat(users.Select(user => fixture.ShellAs(user, script).ExitCode == 0 ? can : '-'));
}
