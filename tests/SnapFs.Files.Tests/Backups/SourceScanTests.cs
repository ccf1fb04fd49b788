using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Files.Tests.Support;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>The count ahead finds what the backup then reads.</summary>
public sealed class SourceScanTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_whole_tree_is_counted_with_links_counted_each_time()
    {
        string tree = new TestTree { ["a/b/c/f"] = "12345", ["a/g"] = "67", ["h"] = "8" }.WriteTo(_directory["tree"]);
        Shell.Run("ln", tree + "/a/g", tree + "/again");
        Shell.Run("ln", "-s", "h", tree + "/symlink");
        Shell.Run("mkfifo", tree + "/fifo");

        AssertSameAsBackup(Backup.Of(tree), files: 4, bytes: 10);
    }

    [Fact]
    public void What_is_left_out_is_not_counted()
    {
        string tree = new TestTree
        {
            ["keep"] = "1",
            ["skip/x"] = "22",
            ["cache/CACHEDIR.TAG"] = "Signature: 8a477f597d28d172789f06886806bc55",
            ["cache/x"] = "333",
            ["repository/x"] = "4444",
        }.WriteTo(_directory["tree"]);
        BackupOptions options = Backup.Of(tree) with
        {
            Excludes = PatternSet.FromPatterns(["skip/"]),
            ExcludeCaches = true,
            ProtectedDirectories = [tree + "/repository"],
        };

        AssertSameAsBackup(options, files: 2, bytes: 44);
    }

    [Fact]
    public void Sources_within_others_are_counted_once_and_never_left_out()
    {
        string tree = new TestTree { ["a/skip/x"] = "1", ["a/keep"] = "22", ["f"] = "333" }
            .WriteTo(_directory["tree"]);
        BackupOptions options = Backup.Of(tree + "/a", tree + "/a/skip", tree + "/a/skip/x", tree + "/f") with
        {
            Excludes = PatternSet.FromPatterns(["skip"]),
        };

        AssertSameAsBackup(options, files: 3, bytes: 6);
    }

    [Fact]
    public void A_source_recorded_elsewhere_is_counted_where_it_lies_by_the_patterns_of_its_record()
    {
        string tree = new TestTree { ["real/a/x"] = "1", ["real/b/x"] = "22" }.WriteTo(_directory["tree"]);
        BackupOptions options = new()
        {
            Sources = [BackupSource.FromText(tree + "/real", "/recorded")],
            Excludes = PatternSet.FromPatterns(["/recorded/b"]),
        };

        AssertSameAsBackup(options, files: 1, bytes: 1);
    }

    [Fact]
    public void A_count_that_is_stopped_gives_no_total()
    {
        SourceScan scan = SourceScan.Start(Backup.Of("/usr"));
        scan.Dispose();

        Assert.Equal((false, false), (scan.IsComplete, scan.IsCounting));
    }

    private static void AssertSameAsBackup(BackupOptions options, long files, long bytes)
    {
        BackupResult result = Backup.Run(new MemorySink(), options);
        Assert.Equal((files, bytes), (result.Statistics.Files, result.Statistics.Bytes));

        using SourceScan scan = SourceScan.Start(options);
        scan.Wait();
        Assert.Equal((true, files, bytes), (scan.IsComplete, scan.Files, scan.Bytes));
    }
}
