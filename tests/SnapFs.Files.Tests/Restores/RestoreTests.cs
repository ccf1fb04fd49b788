using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Files.Restores;
using SnapFs.Files.Tests.Support;
using SnapFs.Posix.Files;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Restores;

/// <summary>What was backed up comes back, and nothing else is touched.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_torture_tree_comes_back_in_every_field()
    {
        TortureTree.Create(_directory["tree"], TortureOptions.ShortRun);
        TreeManifest expected = TreeManifest.Scan(_directory["tree"]);
        BackupResult backup = Backup.Run(_sink, Backup.Of(_directory["tree"]), Chunkers.Default);

        RestoreResult result = Restore.Run(
            _sink, backup, Restore.Into(_directory["out"], backup) with { Verify = true }, _directory["tree"]);

        Assert.Equal([], result.Problems);
        Assert.Equal([], TreeManifest.Compare(expected, TreeManifest.Scan(_directory["out"])));
        Assert.True(result.IsWhole);
        Assert.Equal(expected.Records.Count, result.Counts.Entries);
    }

    [Fact]
    public void A_second_restore_in_place_writes_nothing()
    {
        TortureTree.Create(_directory["tree"], TortureOptions.ShortRun);
        BackupResult backup = Backup.Run(_sink, _directory["tree"]);
        TreeManifest before = TreeManifest.Scan(_directory["tree"]);

        RestoreResult result = Restore.Run(_sink, backup, Restore.Into("/", backup));

        Assert.Equal([], result.Problems);
        Assert.Equal(0, result.Counts.BytesWritten);
        TreeFields all = TreeFields.Restorable | TreeFields.ChangeTime;
        Assert.Equal([], TreeManifest.Compare(before, TreeManifest.Scan(_directory["tree"]), all));
    }

    [Fact]
    public void The_whole_snapshot_recreates_absolute_paths_below_the_target()
    {
        string tree = new TestTree { ["a/b"] = "text", ["c"] = "" }.WriteTo(_directory["tree"]);
        TreeManifest expected = TreeManifest.Scan(tree);
        BackupResult backup = Backup.Run(_sink, tree);

        RestoreResult result = Restore.Run(_sink, backup, Restore.Into(_directory["out"], backup));

        Assert.Equal([], result.Problems);
        Assert.Equal([], TreeManifest.Compare(expected, TreeManifest.Scan(_directory["out"] + tree)));
    }

    [Fact]
    public void A_single_file_is_restored_under_its_name()
    {
        string tree = new TestTree { ["a/b"] = "text" }.WriteTo(_directory["tree"]);
        BackupResult backup = Backup.Run(_sink, tree);

        RestoreResult result = Restore.Run(_sink, backup, Restore.Into(_directory["out"], backup), $"{tree}/a/b");

        Assert.Equal([], result.Problems);
        Assert.Equal("text", File.ReadAllText(_directory["out/b"]));
    }

    [Fact]
    public void Only_changed_files_are_rewritten_and_extras_go_only_with_delete()
    {
        string tree = new TestTree { ["same"] = "1", ["changed"] = "12", ["gone"] = "123", ["dir/x"] = "4" }
            .WriteTo(_directory["tree"]);
        TreeManifest expected = TreeManifest.Scan(tree);
        BackupResult backup = Backup.Run(_sink, tree);
        File.WriteAllText(tree + "/changed", "xx");
        File.Delete(tree + "/gone");
        File.WriteAllText(tree + "/dir/extra", "");
        Directory.CreateDirectory(tree + "/more/deep");
        File.WriteAllText(tree + "/more/deep/file", "");
        Directory.CreateDirectory(_directory["beside"]);

        RestoreResult kept = Restore.Run(_sink, backup, Restore.Into("/", backup));
        Assert.Equal([], kept.Problems);
        Assert.True(File.Exists(tree + "/dir/extra"));
        Assert.Equal("12", File.ReadAllText(tree + "/changed"));
        Assert.Equal(2, kept.Counts.FilesKept);

        RestoreResult deleted = Restore.Run(_sink, backup, Restore.Into("/", backup) with { Delete = true });
        Assert.Equal([], deleted.Problems);
        Assert.Equal(4, deleted.Counts.Deleted);
        Assert.Equal([], TreeManifest.Compare(expected, TreeManifest.Scan(tree)));
        Assert.True(Directory.Exists(_directory["beside"]), "a directory beside the source was removed");
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        string tree = new TestTree { ["a"] = "1", ["dir/b"] = "2" }.WriteTo(_directory["tree"]);
        BackupResult backup = Backup.Run(_sink, tree);
        File.WriteAllText(tree + "/a", "other");
        File.WriteAllText(tree + "/extra", "");
        TreeManifest before = TreeManifest.Scan(tree);

        RestoreOptions options = Restore.Into("/", backup) with { DryRun = true, Delete = true };
        RestoreResult result = Restore.Run(_sink, backup, options);

        Assert.Equal([], result.Problems);
        Assert.Equal(1, result.Counts.Deleted);
        Assert.Equal(
            [], TreeManifest.Compare(before, TreeManifest.Scan(tree), TreeFields.Restorable | TreeFields.ChangeTime));
        Restore.Run(_sink, backup, Restore.Into(_directory["new"], backup) with { DryRun = true });
        Assert.False(Directory.Exists(_directory["new"]));
    }

    [Theory]
    [InlineData(OverwriteMode.Never, "changed")]
    [InlineData(OverwriteMode.Always, "12345")]
    [InlineData(OverwriteMode.IfChanged, "12345")]
    public void Existing_files_are_treated_as_asked(OverwriteMode mode, string expected)
    {
        string tree = new TestTree { ["f"] = "12345" }.WriteTo(_directory["tree"]);
        BackupResult backup = Backup.Run(_sink, tree);
        File.WriteAllText(tree + "/f", "changed");

        RestoreResult result = Restore.Run(_sink, backup, Restore.Into("/", backup) with { Overwrite = mode });

        Assert.Equal([], result.Problems);
        Assert.Equal(expected, File.ReadAllText(tree + "/f"));
    }

    [Fact]
    public void Verify_finds_a_change_that_size_and_time_hide()
    {
        string tree = new TestTree { ["f"] = "12345" }.WriteTo(_directory["tree"]);
        BackupResult backup = Backup.Run(_sink, tree);
        DateTime time = File.GetLastWriteTimeUtc(tree + "/f");
        File.WriteAllText(tree + "/f", "54321");
        File.SetLastWriteTimeUtc(tree + "/f", time);

        Restore.Run(_sink, backup, Restore.Into("/", backup));
        Assert.Equal("54321", File.ReadAllText(tree + "/f"));
        Restore.Run(_sink, backup, Restore.Into("/", backup) with { Verify = true });
        Assert.Equal("12345", File.ReadAllText(tree + "/f"));
    }

    [Fact]
    public void Include_restores_what_matches_and_the_directories_above_it()
    {
        string tree = new TestTree { ["a/x.txt"] = "1", ["a/y.bin"] = "2", ["b/c/d"] = "3", ["e/f"] = "4" }
            .WriteTo(_directory["tree"]);
        BackupResult backup = Backup.Run(_sink, tree);

        RestoreOptions options = Restore.Into(_directory["out"], backup) with
        {
            Include = PatternSet.FromPatterns(["*.txt", "c/"]),
        };
        RestoreResult result = Restore.Run(_sink, backup, options, tree);

        Assert.Equal([], result.Problems);
        Assert.Equal(
            [".", "a", "a/x.txt", "b", "b/c", "b/c/d"],
            TreeManifest.Scan(_directory["out"]).Records.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_planted_symlink_is_replaced_and_not_followed()
    {
        string tree = new TestTree { ["dir/file"] = "new", ["plain"] = "new" }.WriteTo(_directory["tree"]);
        string outside = new TestTree { ["file"] = "kept", ["plain"] = "kept" }.WriteTo(_directory["outside"]);
        BackupResult backup = Backup.Run(_sink, tree);
        string target = _directory.Make("out");
        File.CreateSymbolicLink(target + "/dir", outside);
        File.CreateSymbolicLink(target + "/plain", outside + "/plain");

        RestoreOptions options = Restore.Into(target, backup) with { Delete = true };
        RestoreResult result = Restore.Run(_sink, backup, options, tree);

        Assert.Equal([], result.Problems);
        Assert.Equal("kept", File.ReadAllText(outside + "/file"));
        Assert.Equal("kept", File.ReadAllText(outside + "/plain"));
        Assert.Equal("new", File.ReadAllText(target + "/dir/file"));
        Assert.Equal("new", File.ReadAllText(target + "/plain"));
    }

    [Fact]
    public void A_symlink_on_the_way_to_a_source_is_neither_followed_nor_replaced()
    {
        string tree = new TestTree { ["s/file"] = "new" }.WriteTo(_directory["tree"]);
        string outside = new TestTree { ["s/file"] = "kept" }.WriteTo(_directory["outside"]);
        BackupResult backup = Backup.Run(_sink, tree + "/s");
        string target = _directory.Make("out");
        Directory.CreateDirectory(target + _directory.Path);
        File.CreateSymbolicLink(target + tree, outside);

        RestoreResult result = Restore.Run(_sink, backup, Restore.Into(target, backup));

        Assert.Contains("is no directory", Assert.Single(result.Problems), StringComparison.Ordinal);
        Assert.False(result.IsWhole || result.IsDamaged);
        Assert.Equal("kept", File.ReadAllText(outside + "/s/file"));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("/etc/passwd")]
    public void A_hostile_name_stops_at_the_decoder(string name)
    {
        byte[] hostile = Posix.Files.RawPath.FromText(name);
        byte[] harmless = [.. Enumerable.Repeat((byte)'x', hostile.Length)];
        NodeView node = new() { Name = harmless, Type = NodeType.Symlink, Target = "/etc"u8, LinkCount = 1 };
        SnapFs.Binary.ByteWriter writer = new();
        writer.Bytes([1, 0, 0, 0, 0, 1]);
        NodeCodec.Write(writer, in node, new SnapFs.Binary.ByteWriter());
        byte[] page = writer.ToArray();
        hostile.CopyTo(page.AsSpan(8)); // no writer would: after the beginning of the page, the lengths of node and name
        ChunkRef tree = new(_sink.Put(ChunkKind.Tree, page), page.Length);
        SnapFs.Binary.ByteWriter root = new();
        NodeView top = new() { Type = NodeType.Directory, Mode = 0x1ED, LinkCount = 1, Tree = tree };
        NodeCodec.Write(root, in top, new SnapFs.Binary.ByteWriter());
        MemorySource source = new(_sink);
        using SnapFs.Caches.FrameCache frames = source.NewCache();
        RestoreOptions options = new() { Target = _directory["out"], Sources = ["/"u8.ToArray()] };

        RestoreRun run = new(options, _sink, frames, source);
        RestoreResult result = run.Run(root.ToArray(), null, "/"u8.ToArray(), CancellationToken.None);

        Assert.Single(result.Problems);
        Assert.Equal(["."], TreeManifest.Scan(_directory["out"]).Records.Keys);
    }

    [Fact]
    public void A_damaged_chunk_costs_its_file_alone_and_leaves_nothing_half_written()
    {
        string tree = _directory.Make("tree");
        File.WriteAllBytes(tree + "/large", Pattern(3_000_000, 1));
        File.WriteAllBytes(tree + "/small", Pattern(10_000, 2));
        BackupResult backup = Backup.Run(_sink, Backup.Of(tree), Chunkers.Small);
        ChunkListReader chunks = new(Backup.Node(_sink, backup, tree + "/large").ChunkList);
        Assert.True(chunks.Next() && chunks.Next() && chunks.Level == 0);
        _sink.Remove(ChunkKind.Data, chunks.Current.Id);

        List<Problem> told = [];
        RestoreOptions options = Restore.Into(_directory["out"], backup) with { OnProblem = told.Add };
        RestoreResult result = Restore.Run(_sink, backup, options, tree);

        Assert.Contains("large", Assert.Single(result.Problems), StringComparison.Ordinal);
        Assert.True(result.IsDamaged);
        Problem problem = Assert.Single(told);
        Assert.Equal((ErrorKind.Damaged, 0, result.Problems[0]), (problem.Kind, problem.Errno, problem.Text));
        Assert.Equal(tree + "/large", RawPath.ToText(problem.Path.Span));
        Assert.Equal([".", "small"], TreeManifest.Scan(_directory["out"]).Records.Keys.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void A_full_disk_ends_the_restore_with_one_error_and_no_half_written_file()
    {
        string tree = _directory.Make("tree");
        for (int i = 0; i < 8; i++)
        {
            File.WriteAllBytes($"{tree}/{i}", Pattern(1 << 20, i));
        }

        BackupResult backup = Backup.Run(_sink, tree);
        using TemporaryMount mount = TemporaryMount.Tmpfs(_directory.Make("small"), "size=3m");

        RestoreStoppedException e = Assert.Throws<RestoreStoppedException>(
            () => Restore.Run(_sink, backup, Restore.Into(_directory["small"], backup), tree));

        Assert.Contains("make room", e.Message, StringComparison.Ordinal);
        Assert.All(
            Directory.GetFiles(_directory["small"]),
            file => Assert.Equal(File.ReadAllBytes(Path.Combine(tree, Path.GetFileName(file))), File.ReadAllBytes(file)));
    }

    [SkippableFact]
    public void Delete_spares_the_repository_and_what_is_mounted()
    {
        string tree = new TestTree { ["f"] = "1", ["empty/x"] = "2" }.WriteTo(_directory["tree"]);
        File.Delete(tree + "/empty/x");
        BackupResult backup = Backup.Run(_sink, tree);
        new TestTree { ["repository/config"] = "1", ["new/mounted/hidden"] = "2", ["extra"] = "3" }.WriteTo(tree);
        using TemporaryMount above = TemporaryMount.Tmpfs(tree + "/new/mounted");
        using TemporaryMount onto = TemporaryMount.Tmpfs(tree + "/empty");
        File.WriteAllText(tree + "/new/mounted/kept", "");
        File.WriteAllText(tree + "/empty/kept", "");

        RestoreOptions options = Restore.Into("/", backup) with
        {
            Delete = true,
            ProtectedDirectories = [tree + "/repository"],
        };
        RestoreResult result = Restore.Run(_sink, backup, options);

        Assert.Equal(2, result.Problems.Count);
        Assert.All(result.Problems, problem => Assert.Contains("is kept", problem, StringComparison.Ordinal));
        Assert.True(File.Exists(tree + "/repository/config"));
        Assert.True(File.Exists(tree + "/new/mounted/kept"));
        Assert.True(File.Exists(tree + "/empty/kept"));
        Assert.False(File.Exists(tree + "/extra"));
    }

    [Fact]
    public void Hard_links_that_were_torn_apart_are_joined_again()
    {
        string tree = new TestTree { ["a"] = "text" }.WriteTo(_directory["tree"]);
        Shell.Run("ln", tree + "/a", tree + "/b");
        TreeManifest expected = TreeManifest.Scan(tree);
        BackupResult backup = Backup.Run(_sink, tree);
        File.Delete(tree + "/b");
        File.WriteAllText(tree + "/b", "other");

        RestoreResult result = Restore.Run(_sink, backup, Restore.Into("/", backup));

        Assert.Equal([], result.Problems);
        Assert.Equal([], TreeManifest.Compare(expected, TreeManifest.Scan(tree)));
    }

    private static byte[] Pattern(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
