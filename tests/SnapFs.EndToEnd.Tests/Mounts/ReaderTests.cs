using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Mounts;

/// <summary>Who reads what, each tried: root, daemon, nobody (also whom squashed clients come as), a number without an account. In what
/// was backed up, in a mount on the same machine, and in one on a machine where other people have the numbers.</summary>
public sealed class ReaderTests(ManyOwners owners) : IClassFixture<ManyOwners>
{
    /// <param name="path">The file.</param>
    /// <param name="onDisk">Who reads it in what was backed up, in the order above.</param>
    /// <param name="elsewhere">Who does in the mount on the other machine.</param>
    /// <param name="here">Who does in the mount on the same machine, if not the same.</param>
    [SkippableTheory]
    [InlineData("open/file", "yyyy", "yyyy")]
    [InlineData("open/of root", "y---", "y---")]
    [InlineData("open/of daemon", "yy--", "y---")]
    [InlineData("open/of daemon, open", "yyyy", "yyyy")]
    [InlineData("open/of daemon, closed to it", "y-yy", "y---")] // whoever was daemon there may be any of these
    [InlineData("open/of nobody", "y-y-", "y-y-")]
    [InlineData("open/of a number", "y--y", "y--y")]
    [InlineData("open/of group daemon", "yy--", "y---")]
    [InlineData("open/of group daemon, closed to it", "y-yy", "y---")]
    [InlineData("open/acl for daemon", "yy--", "y---")]
    [InlineData("open/acl for nobody", "y-y-", "y-y-")]
    [InlineData("open/acl for a number", "y--y", "y---", "y---")] // no name proves who that is, on no machine
    [InlineData("open/acl against daemon", "y-yy", "y---")]
    [InlineData("open/acl against nobody", "yy-y", "yy-y")]
    [InlineData("closed/file", "y---", "y---")]
    [InlineData("closed/of nobody", "y---", "y---")]
    [InlineData("of daemon/file", "yy--", "y---")]
    [InlineData("open/no/such", "----", "----")]
    public void With_allow_other_the_archived_owner_mode_and_acl_decide(
        string path, string onDisk, string elsewhere, string? here = null)
    {
        owners.Prepare();

        Assert.Equal(onDisk, owners.Readers(Path.Combine(owners.Source, path)));
        Assert.Equal(here ?? onDisk, owners.Readers(owners.In(owners.ForAll, "here", path)));
        Assert.Equal(elsewhere, owners.Readers(owners.In(owners.ForAll, "elsewhere", path)));
    }

    [SkippableTheory]
    [InlineData("open/file")]
    [InlineData("open/of nobody")]
    public void Without_allow_other_only_who_mounts_reads(string path)
    {
        owners.Prepare();

        Assert.Equal("y---", owners.Readers(owners.In(owners.ForRoot, "here", path)));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_access_list_names_nobody_who_only_has_the_number(bool allowOther)
    {
        owners.Prepare();
        MountPoint mount = allowOther ? owners.ForAll : owners.ForRoot;
        string here(string path) => Lists(owners.In(mount, "here", path));
        string elsewhere(string path) => Lists(owners.In(mount, "elsewhere", path));

        Assert.Contains("user:daemon:r", here("open/acl for daemon"), StringComparison.Ordinal);
        Assert.Contains("default:user:daemon:r", here("default"), StringComparison.Ordinal);
        Assert.DoesNotContain("daemon", elsewhere("open/acl for daemon"), StringComparison.Ordinal);
        Assert.DoesNotContain("daemon", elsewhere("default"), StringComparison.Ordinal);
        Assert.Contains("default:user::", elsewhere("default"), StringComparison.Ordinal);
        Assert.Contains("group::---", elsewhere("open/acl for daemon"), StringComparison.Ordinal); // which is not the mask
    }

    private static string Lists(string file) => ProcessRunner.Run("getfacl", ["-c", "-p", file]).Expect().Output;
}

/// <summary>A tree of many owners, backed up here and as if elsewhere, in a mount for all users and in one for root. Made once.</summary>
public sealed class ManyOwners : IDisposable
{
    private const string DaemonId = "1";
    private const string NobodyId = "65534";
    private const string NumberId = "3456789";
    private readonly RepositoryFixture fixture = new();
    private MountPoint? forAll;
    private MountPoint? forRoot;

    /// <summary>What was backed up.</summary>
    public string Source => fixture["t"];

    public MountPoint ForAll => Prepared(forAll);

    public MountPoint ForRoot => Prepared(forRoot);

    /// <summary>Makes everything unless it is made; skips a test of an ordinary user.</summary>
    public void Prepare()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");
        if (forAll is not null)
        {
            return;
        }

        fixture.Initialise();
        MakeTree();
        fixture.Run("backup", Source, "--source", "here").Expect();
        BackUpElsewhere();
        forAll = fixture.Mount("--allow-other");
        forRoot = fixture.Mount();
    }

    /// <summary>A path of the tree in the last snapshot of a source.</summary>
    public string In(MountPoint mount, string source, string path) => Path.Combine(mount.Latest(source, Source), path);

    /// <summary>Who reads a file: a letter each.</summary>
    public string Readers(string file) => string.Concat(((string[])["0", DaemonId, NobodyId, NumberId])
        .Select(user => fixture.ShellAs(user, $"cat '{file}' > /dev/null").ExitCode == 0 ? 'y' : '-'));

    public void Dispose()
    {
        forAll?.Dispose();
        forRoot?.Dispose();
        fixture.Dispose();
    }

    private static MountPoint Prepared(MountPoint? mount) => mount ?? throw new InvalidOperationException("it is not prepared");

    private void MakeTree()
    {
        new TestTree
        {
            ["open/file"] = "open",
            ["open/of nobody"] = "n",
            ["open/of root"] = "r",
            ["open/of daemon"] = "d",
            ["open/of daemon, open"] = "d",
            ["open/of daemon, closed to it"] = "d",
            ["open/of a number"] = "3",
            ["open/of group daemon"] = "g",
            ["open/of group daemon, closed to it"] = "g",
            ["open/acl for daemon"] = "a",
            ["open/acl for nobody"] = "a",
            ["open/acl for a number"] = "a",
            ["open/acl against daemon"] = "b",
            ["open/acl against nobody"] = "b",
            ["of daemon/file"] = "e",
            ["default/file"] = "f",
            ["closed/file"] = "c",
            ["closed/of nobody"] = "d",
        }.WriteTo(Source);
        ProcessRunner.Shell($"""
            chmod 755 '{Path.GetDirectoryName(Source)}' # the fixture's own, which is closed
            cd '{Source}'
            chmod 755 . open
            cd open
            chown {NobodyId} 'of nobody' ../closed/'of nobody'
            chown {DaemonId} of\ daemon* ../'of daemon'
            chown {NumberId} 'of a number'
            chgrp {DaemonId} of\ group*
            chmod 600 'of nobody' 'of root' 'of daemon' 'of a number' ../closed/'of nobody' acl\ for*
            chmod 604 'of daemon, open'
            chmod 044 'of daemon, closed to it'
            chmod 640 'of group daemon'
            chmod 604 'of group daemon, closed to it'
            setfacl -m u:{DaemonId}:r 'acl for daemon'
            setfacl -m u:{NobodyId}:r 'acl for nobody'
            setfacl -m u:{NumberId}:r 'acl for a number'
            setfacl -m u:{DaemonId}:- 'acl against daemon'
            setfacl -m u:{NobodyId}:- 'acl against nobody'
            cd ..
            setfacl -d -m u:{DaemonId}:rx default
            chmod 700 'of daemon'
            chmod 700 closed
            """).Expect();
    }

    /// <summary>Backs up as a machine of this name does on which user and group 1 have a name that is unknown here.</summary>
    private void BackUpElsewhere()
    {
        ProcessRunner.Run("cp", ["-a", "/etc", fixture["etc"]]).Expect();
        foreach (string name in (string[])["passwd", "group"])
        {
            string[] lines = File.ReadAllLines($"/etc/{name}");
            Assert.Contains(lines, line => line.StartsWith($"daemon:x:{DaemonId}:", StringComparison.Ordinal));
            File.WriteAllLines(Path.Combine(fixture["etc"], name), lines.Select(line => line.StartsWith("daemon:", StringComparison.Ordinal)
                ? "not-known-here" + line["daemon".Length..]
                : line));
        }

        fixture.Shell($"""
            unshare --mount sh -euc 'mount --bind "$1" /etc; shift; exec "$@"' sh \
                '{fixture["etc"]}' '{SnapFsBinary.Path}' backup '{Source}' --source elsewhere
            """).Expect();
    }
}
