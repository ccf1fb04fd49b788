using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Files.Tests.Support;
using SnapFs.Posix.Files;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>Which paths are backed up, and under which names.</summary>
public sealed class SelectionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Ancestors_are_recorded_with_owner_mode_and_attributes_but_without_their_other_entries()
    {
        string tree = new TestTree { ["a/b/f"] = "1", ["a/other"] = "2" }.WriteTo(_directory["tree"]);
        Shell.Run("chown", "12:34", tree + "/a");
        Shell.Run("chmod", "1751", tree + "/a");
        Shell.Run("setfattr", "-n", "user.note", "-v", "x", tree + "/a");

        BackupResult result = Backup.Run(_sink, tree + "/a/b");

        NodeView above = Backup.Node(_sink, result, tree + "/a");
        Assert.Equal((0x3E9u, 12u, 34u), (above.Mode, above.UserId, above.GroupId));
        XattrReader xattrs = new(above.Xattrs);
        Assert.True(xattrs.Next());
        Assert.Equal("user.note"u8, xattrs.Name);
        Assert.Equal(["b", "b/f"], Backup.Paths(_sink, result, tree + "/a"));
        Assert.Equal(RawPath.FromText(tree + "/a/b"), result.Paths.Single().ToArray());
    }

    [Fact]
    public void Several_and_overlapping_paths_merge_into_one_tree()
    {
        string tree = new TestTree { ["a/x"] = "1", ["b/y"] = "2", ["c/z"] = "3", ["f"] = "4" }
            .WriteTo(_directory["tree"]);

        BackupResult result = Backup.Run(_sink, tree + "/c", tree + "/f", tree + "/a", tree + "/a/x", tree + "/a");

        Assert.Equal([], result.Problems);
        Assert.Equal(["a", "a/x", "c", "c/z", "f"], Backup.Paths(_sink, result, tree));
        Assert.Equal(3, result.Statistics.Files);
        Assert.Equal(4, result.Paths.Count);
    }

    [Fact]
    public void A_source_below_another_is_kept_although_a_pattern_excludes_it()
    {
        string tree = new TestTree { ["a/skip/x"] = "1", ["a/keep"] = "2", ["b/skip"] = "3" }
            .WriteTo(_directory["tree"]);
        BackupOptions options = Backup.Of(tree, tree + "/a/skip") with { Excludes = PatternSet.FromPatterns(["skip"]) };

        BackupResult result = Backup.Run(_sink, options);

        Assert.Equal(["a", "a/keep", "a/skip", "a/skip/x", "b"], Backup.Paths(_sink, result, tree));
    }

    [Fact]
    public void A_path_can_be_recorded_as_another()
    {
        string tree = new TestTree { ["snap/etc/passwd"] = "1", ["real/etc/other"] = "2" }.WriteTo(_directory["tree"]);
        BackupOptions options = new()
        {
            Sources =
            [
                BackupSource.FromText(tree + "/snap/etc", tree + "/nowhere/etc"),
                BackupSource.FromText(tree + "/real"),
                BackupSource.FromText(tree + "/snap/etc/passwd", tree + "/real/etc/added"),
            ],
        };

        BackupResult result = Backup.Run(_sink, options);

        Assert.Equal([], result.Problems);
        Assert.Equal(
            ["nowhere", "nowhere/etc", "nowhere/etc/passwd", "real", "real/etc", "real/etc/added", "real/etc/other"],
            Backup.Paths(_sink, result, tree));
        Assert.Equal(0x1EDu, Backup.Node(_sink, result, tree + "/nowhere").Mode);
    }

    [Fact]
    public void A_symlink_as_a_source_is_recorded_as_one()
    {
        string tree = new TestTree { ["real/f"] = "1" }.WriteTo(_directory["tree"]);
        File.CreateSymbolicLink(tree + "/link", "real");

        BackupResult result = Backup.Run(_sink, tree + "/link");

        Assert.Equal("real"u8, Backup.Node(_sink, result, tree + "/link").Target);
        Assert.Equal(["link"], Backup.Paths(_sink, result, tree));
    }

    [Fact]
    public void Excluded_names_are_left_out_with_all_below_them()
    {
        string tree = new TestTree
        {
            ["a.o"] = "",
            ["keep.o"] = "",
            ["dir/b.o"] = "",
            ["dir/c"] = "",
            ["build/x"] = "",
            ["sub/build"] = "",
        }.WriteTo(_directory["tree"]);
        PatternSet excludes = PatternSet.FromPatterns(["*.o", "!keep.o", "build/", tree + "/dir/c"]);

        BackupResult result = Backup.Run(_sink, Backup.Of(tree) with { Excludes = excludes });

        Assert.Equal(["dir", "keep.o", "sub", "sub/build"], Backup.Paths(_sink, result, tree));
    }

    [Fact]
    public void A_tagged_cache_keeps_its_tag_alone()
    {
        const string Signature = "Signature: 8a477f597d28d172789f06886806bc55";
        string tree = new TestTree
        {
            ["cache/CACHEDIR.TAG"] = Signature + "\n#",
            ["cache/x/y"] = "",
            ["fake/CACHEDIR.TAG"] = "no",
            ["fake/x"] = "",
        }.WriteTo(_directory["tree"]);

        BackupResult result = Backup.Run(_sink, Backup.Of(tree) with { ExcludeCaches = true });

        Assert.Equal(
            ["cache", "cache/CACHEDIR.TAG", "fake", "fake/CACHEDIR.TAG", "fake/x"],
            Backup.Paths(_sink, result, tree));
    }

    [Fact]
    public void The_repository_and_the_cache_are_left_out_wherever_they_are()
    {
        string tree = new TestTree { ["repository/config"] = "1", ["data/f"] = "2" }.WriteTo(_directory["tree"]);
        string link = _directory["link"];
        File.CreateSymbolicLink(link, tree + "/repository");

        BackupResult result = Backup.Run(_sink, Backup.Of(tree) with { ProtectedDirectories = [link] });

        Assert.Equal(["data", "data/f"], Backup.Paths(_sink, result, tree));
    }

    [Fact]
    public void Of_an_excluded_directory_only_the_source_in_it_is_taken()
    {
        string tree = new TestTree
        {
            [".cache/evolution/m"] = "1",
            [".cache/junk/j"] = "2",
            ["doc"] = "3",
        }.WriteTo(_directory["tree"]);
        BackupOptions options = Backup.Of(tree, tree + "/.cache/evolution") with
        {
            Excludes = PatternSet.FromPatterns([".cache"]),
        };

        BackupResult result = Backup.Run(_sink, options);
        using SourceScan scan = SourceScan.Start(options);
        scan.Wait();

        Assert.Equal([".cache", ".cache/evolution", ".cache/evolution/m", "doc"], Backup.Paths(_sink, result, tree));
        Assert.Equal(SnapFs.Snapshots.OmissionKind.Excluded, Assert.Single(result.Omissions).Kind);
        Assert.Equal(2, scan.Files);
    }

    [Fact]
    public void A_source_given_twice_is_taken_once()
    {
        string tree = new TestTree { ["f"] = "1" }.WriteTo(_directory["tree"]);
        BackupOptions options = Backup.Of(tree, tree + "/", tree + "/.", tree + "/../tree");

        BackupRun.CheckSources(options.Sources);
        BackupResult result = Backup.Run(_sink, options);

        Assert.Equal(["f"], Backup.Paths(_sink, result, tree));
        Assert.Single(result.Paths);
        Assert.Equal(1, result.Statistics.Files);
    }

    [Fact]
    public void A_slash_after_a_symlink_means_the_directory_that_it_leads_to()
    {
        string tree = new TestTree { ["real/sub/f"] = "1", ["other/up"] = "2" }.WriteTo(_directory["tree"]);
        File.CreateSymbolicLink(tree + "/other/link", tree + "/real/sub");
        List<string> notes = [];

        BackupResult with = Backup.Run(_sink, Backup.Of(tree + "/other/link/") with { OnNote = notes.Add });
        Assert.Equal([], notes);
        BackupResult without = Backup.Run(_sink, Backup.Of(tree + "/other/link") with { OnNote = notes.Add });
        BackupResult above = Backup.Run(_sink, tree + "/other/link/..");

        Assert.Equal(["link", "link/f"], Backup.Paths(_sink, with, tree + "/other"));
        Assert.Equal(["link"], Backup.Paths(_sink, without, tree + "/other"));
        Assert.Contains("is a symlink and is backed up as one", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Equal(["real", "real/sub", "real/sub/f"], Backup.Paths(_sink, above, tree));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_file_system_leaves_out_parts_of_the_same_file_system_that_are_mounted(bool oneFileSystem)
    {
        string tree = new TestTree { ["s/mp/hidden"] = "1", ["s/f"] = "2", ["other/o"] = "3" }.WriteTo(_directory["tree"]);
        using TemporaryMount directory = TemporaryMount.Bind(tree + "/other", tree + "/s/mp");
        using TemporaryMount file = TemporaryMount.Bind(tree + "/other/o", tree + "/s/f");
        BackupOptions options = Backup.Of(tree + "/s") with { OneFileSystem = oneFileSystem };

        BackupResult result = Backup.Run(_sink, options);
        using SourceScan scan = SourceScan.Start(options);
        scan.Wait();

        Assert.Equal(oneFileSystem ? ["mp"] : ["f", "mp", "mp/o"], Backup.Paths(_sink, result, tree + "/s"));
        Assert.Equal(oneFileSystem ? 2 : 0, result.Omissions.Count);
        Assert.Equal(oneFileSystem ? 0 : 2, scan.Files);
        Assert.False(result.IsPartial);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_file_system_keeps_the_mount_point_and_drops_its_content(bool oneFileSystem)
    {
        string tree = new TestTree { ["mounted/hidden"] = "1", ["f"] = "2" }.WriteTo(_directory["tree"]);
        using TemporaryMount mount = TemporaryMount.Tmpfs(tree + "/mounted");
        File.WriteAllText(tree + "/mounted/visible", "3");

        BackupResult result = Backup.Run(_sink, Backup.Of(tree) with { OneFileSystem = oneFileSystem });
        BackupResult named = Backup.Run(
            _sink, Backup.Of(tree, tree + "/mounted") with { OneFileSystem = oneFileSystem });

        string[] all = ["f", "mounted", "mounted/visible"];
        Assert.Equal(oneFileSystem ? all[..2] : all, Backup.Paths(_sink, result, tree));
        Assert.Equal(all, Backup.Paths(_sink, named, tree));
    }

    [SkippableFact]
    public void What_the_kernel_makes_up_is_entered_only_when_it_is_named()
    {
        string tree = new TestTree { ["proc/hidden"] = "1" }.WriteTo(_directory["tree"]);
        using TemporaryMount mount = TemporaryMount.Proc(tree + "/proc");

        BackupResult result = Backup.Run(_sink, tree);
        BackupResult named = Backup.Run(_sink, tree + "/proc/sys/kernel/ostype");

        Assert.Equal(["proc"], Backup.Paths(_sink, result, tree));
        Assert.NotNull(Backup.Find(_sink, named, tree + "/proc/sys/kernel/ostype"));
    }
}
