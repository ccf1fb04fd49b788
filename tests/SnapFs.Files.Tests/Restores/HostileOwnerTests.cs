using System.Diagnostics;
using SnapFs.Files.Backups;
using SnapFs.Files.Restores;
using SnapFs.Files.Tests.Support;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Restores;

/// <summary>A restore by root into directories of somebody who changes them while it runs.</summary>
public sealed class HostileOwnerTests : IDisposable
{
    private const string Attacker = "65534";

    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public HostileOwnerTests()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");
        Shell.Run("chmod", "755", _directory.Path);
    }

    public void Dispose() => _directory.Dispose();

    [SkippableTheory]
    [InlineData("rm \"$1\"; echo evil > \"$1\"")]
    [InlineData("rm \"$1\"; ln -s /etc/hostname \"$1\"")]
    [InlineData("rm \"$1\"; mkfifo \"$1\"")]
    [InlineData("mv \"$1\" \"$1.away\"; cp \"$1.away\" \"$1\"; touch -r \"$1.away\" \"$1\"")]
    public void A_file_that_its_directorys_owner_put_in_the_place_of_a_linked_one_gets_no_further_name(string script)
    {
        string tree = new TestTree { ["alice/job"] = "right", ["zroot/other"] = "" }.WriteTo(_directory["tree"]);
        Shell.Run("ln", tree + "/alice/job", tree + "/zroot/job");
        Shell.Run("chmod", "700", tree + "/zroot");
        BackupResult backup = Backup.Run(_sink, tree);
        string target = _directory.Make("out");
        Directory.CreateDirectory(target + "/alice");
        Shell.Run("chown", Attacker, target + "/alice");
        RestoreOptions options = Restore.Into(target, backup) with
        {
            Threads = 1,
            OnChange = (_, path) =>
            {
                if (path.AsSpan().EndsWith("alice/job"u8))
                {
                    Shell.Run("setpriv", AsAttacker("sh", "-c", script, "sh", target + "/alice/job"));
                }
                else if (path.AsSpan().EndsWith("zroot/job"u8))
                {
                    Assert.True(File.Exists(target + "/alice/job"), "the other name came first");
                }
            },
        };

        RestoreResult result = Restore.Run(_sink, backup, options, tree);

        Assert.Equal([], result.Problems);
        Assert.Equal("right", File.ReadAllText(target + "/zroot/job"));
        Assert.Equal("0 1", Shell.Run("stat", "-c", "%u %h", target + "/zroot/job").TrimEnd('\n'));
    }

    [SkippableFact]
    public void Links_are_made_where_nobody_interferes()
    {
        string tree = new TestTree { ["a/job"] = "right", ["b/other"] = "" }.WriteTo(_directory["tree"]);
        Shell.Run("ln", tree + "/a/job", tree + "/b/job");
        BackupResult backup = Backup.Run(_sink, tree);

        RestoreResult result = Restore.Run(_sink, backup, Restore.Into(_directory["out"], backup), tree);

        Assert.Equal([], result.Problems);
        Assert.Equal("2", Shell.Run("stat", "-c", "%h", _directory["out/b/job"]).TrimEnd('\n'));
    }

    [SkippableFact]
    public void A_file_of_somebody_else_that_was_linked_into_the_target_is_not_given_away()
    {
        string tree = new TestTree { ["alice/job"] = "right" }.WriteTo(_directory["tree"]);
        Shell.Run("chown", "-R", Attacker, tree + "/alice");
        Shell.Run("chmod", "666", tree + "/alice/job");
        BackupResult backup = Backup.Run(_sink, tree);
        string secret = new TestTree { ["shadow"] = "right" }.WriteTo(_directory["outside"]) + "/shadow";
        Shell.Run("touch", "-r", tree + "/alice/job", secret);
        Shell.Run("chmod", "600", secret);
        string target = _directory.Make("out");
        Directory.CreateDirectory(target + "/alice");
        Shell.Run("chown", Attacker, target + "/alice");
        Shell.Run("ln", secret, target + "/alice/job");

        RestoreResult result = Restore.Run(_sink, backup, Restore.Into(target, backup), tree);

        Assert.Equal([], result.Problems);
        Assert.Equal("0 600 1", Shell.Run("stat", "-c", "%u %a %h", secret).TrimEnd('\n'));
        Assert.Equal(Attacker + " 666", Shell.Run("stat", "-c", "%u %a", target + "/alice/job").TrimEnd('\n'));
    }

    [SkippableFact]
    public void A_link_of_another_user_on_the_way_to_the_target_is_not_followed()
    {
        string tree = new TestTree { ["f"] = "1" }.WriteTo(_directory["tree"]);
        BackupResult backup = Backup.Run(_sink, tree);
        _directory.Make("etc");
        _directory.Make("home");
        File.CreateSymbolicLink(_directory["home/out"], _directory["etc"]);
        Restore.Run(_sink, backup, Restore.Into(_directory["home/out"], backup), tree);
        Assert.True(File.Exists(_directory["etc/f"]), "a link of root was not followed");
        File.Delete(_directory["etc/f"]);
        Shell.Run("chown", "-h", Attacker, _directory["home/out"]);

        RestoreStoppedException e = Assert.Throws<RestoreStoppedException>(
            () => Restore.Run(_sink, backup, Restore.Into(_directory["home/out"] + "/below", backup), tree));

        Assert.Contains("link of another user", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory["etc"]));
    }

    [SkippableFact]
    public void The_way_to_the_target_is_that_of_the_kernel()
    {
        string tree = new TestTree { ["f"] = "1" }.WriteTo(_directory["tree"]);
        BackupResult backup = Backup.Run(_sink, tree);
        Directory.CreateDirectory(_directory["real/deep"]);
        File.CreateSymbolicLink(_directory["link"], "real/deep");

        Restore.Run(_sink, backup, Restore.Into(_directory["link/../out"], backup), tree);

        Assert.True(File.Exists(_directory["real/out/f"]));
        Assert.False(Directory.Exists(_directory["out"]));
    }

    /// <summary>Somebody who owns one directory after the other renames, replaces and plants in it whatever appears, as fast as a shell
    /// can.</summary>
    [SkippableTheory]
    [InlineData("mkdir -p n && for i in *; do mv \"$i\" n/ && mkdir \"$i\" && echo evil > \"$i/planted\"; done; rm -rf n")]
    [InlineData("for i in *; do rm -rf \"$i\"; ln -s \"$OUTSIDE\" \"$i\"; done")]
    [InlineData("for i in *; do mv \"$i\" .x; mv zroot \"$i\"; mv .x zroot; done")]
    public void Nothing_outside_changes_and_no_directory_of_root_gets_an_inode_of_the_attacker(string script)
    {
        string tree = _directory.Make("tree");
        for (int i = 0; i < 30; i++)
        {
            new TestTree { [$"alice/d{i}/zroot/deep/file"] = "root's", [$"alice/d{i}/plain"] = "x" }.WriteTo(tree);
            Shell.Run("ln", $"{tree}/alice/d{i}/plain", $"{tree}/alice/d{i}/zroot/linked");
            Shell.Run("mkfifo", $"{tree}/alice/d{i}/fifo", $"{tree}/alice/d{i}/zroot/fifo");
        }

        Shell.Run("sh", "-c", $"cd '{tree}'; chown {Attacker} alice alice/d*");
        BackupResult backup = Backup.Run(_sink, tree);
        string outside = new TestTree { ["a/b"] = "kept", ["zroot/c"] = "kept" }.WriteTo(_directory["outside"]);
        TreeManifest before = TreeManifest.Scan(outside);
        string target = _directory.Make("out");
        for (int i = 0; i < 30; i++)
        {
            Directory.CreateDirectory($"{target}/alice/d{i}");
        }

        Shell.Run("chown", "-R", Attacker, target + "/alice");
        ProcessStartInfo start = new("setpriv", AsAttacker(
            "sh", "-c", $"cd \"$1\"; while :; do for d in d*; do cd $d 2>/dev/null && {{ {script}; cd \"$1\"; }}; done; done", "sh",
            target + "/alice"))
        {
            RedirectStandardError = true,
            Environment = { ["OUTSIDE"] = outside },
        };
        using Process attack = Process.Start(start) ?? throw new InvalidOperationException("cannot start setpriv");
        Task<string> errors = attack.StandardError.ReadToEndAsync();
        try
        {
            for (int round = 0; round < 3; round++)
            {
                Restore.Run(_sink, backup, Restore.Into(target, backup) with { Delete = round == 1 }, tree);
            }
        }
        finally
        {
            attack.Kill();
            attack.WaitForExit();
        }

        Assert.Equal([], TreeManifest.Compare(before, TreeManifest.Scan(outside), TreeFields.Restorable | TreeFields.ChangeTime));
        Assert.Empty(Shell.Run(
            "find", target + "/alice", "-mindepth", "1", "-uid", Attacker, "-execdir", "sh", "-c",
            "[ \"$(stat -c %u .)\" = 0 ] && echo \"$PWD/$1\"; true", "sh", "{}", ";"));
    }

    private static string[] AsAttacker(params string[] command) =>
        ["--reuid=" + Attacker, "--regid=" + Attacker, "--clear-groups", .. command];
}
