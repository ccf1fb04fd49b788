using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Files.Restores;
using SnapFs.Files.Tests.Support;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Restores;

/// <summary>What a restore is told to leave alone.</summary>
public sealed class ExcludeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();
    private readonly string _tree;
    private readonly BackupResult _backup;

    public ExcludeTests()
    {
        _tree = new TestTree
        {
            ["a/x.txt"] = "1",
            ["a/y.bin"] = "2",
            ["a/cache/z.txt"] = "3",
            ["b/c/d.txt"] = "4",
        }.WriteTo(_directory["tree"]);
        _backup = Backup.Run(_sink, _tree);
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("", "cache", "a a/x.txt a/y.bin b b/c b/c/d.txt")]
    [InlineData("", "*.txt", "a a/cache a/y.bin b b/c")]
    [InlineData("", "*.txt !x.txt", "a a/cache a/x.txt a/y.bin b b/c")]
    [InlineData("", "TREE/b/c/", "a a/cache a/cache/z.txt a/x.txt a/y.bin b")]
    [InlineData("*.txt", "cache", "a a/x.txt b b/c b/c/d.txt")]
    [InlineData("*.txt", "b/", "a a/cache a/cache/z.txt a/x.txt")]
    [InlineData("cache", "*.txt", "a a/cache")]
    [InlineData("", "tree", "a a/cache a/cache/z.txt a/x.txt a/y.bin b b/c b/c/d.txt")]
    public void What_matches_is_not_restored_nor_what_is_below_it(string include, string exclude, string restored)
    {
        RestoreOptions options = Restore.Into(_directory["out"], _backup) with
        {
            Include = Patterns(include),
            Exclude = Patterns(exclude),
        };

        RestoreResult result = Restore.Run(_sink, _backup, options, _tree);

        Assert.Equal([], result.Problems);
        Assert.Equal(
            restored.Split(' '),
            TreeManifest.Scan(_directory["out"]).Records.Keys.Where(path => path != ".").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_matches_on_the_target_is_not_removed_at_any_depth_nor_written(bool dry)
    {
        new TestTree
        {
            ["a/cache/z.txt"] = "changed",
            ["a/cache/new"] = "5",
            ["extra/deep/cache/f"] = "6",
            ["extra/gone"] = "7",
            ["gone"] = "8",
        }.WriteTo(_tree);
        RestoreOptions options = Restore.Into("/", _backup) with { Exclude = Patterns("cache"), Delete = true, DryRun = dry };

        RestoreResult result = Restore.Run(_sink, _backup, options);

        Assert.Equal([], result.Problems);
        Assert.Equal("changed", File.ReadAllText(_tree + "/a/cache/z.txt"));
        Assert.True(File.Exists(_tree + "/a/cache/new"));
        Assert.True(File.Exists(_tree + "/extra/deep/cache/f"));
        Assert.Equal(dry, File.Exists(_tree + "/extra/gone"));
        Assert.Equal(dry, File.Exists(_tree + "/gone"));
        Assert.Equal((2, 1), (result.Counts.Deleted, result.Counts.Spared));
    }

    [Fact]
    public void A_directory_in_the_place_of_a_file_keeps_what_is_left_alone()
    {
        File.Delete(_tree + "/a/y.bin");
        new TestTree { ["a/y.bin/cache/f"] = "1", ["a/y.bin/gone"] = "2" }.WriteTo(_tree);
        RestoreOptions options = Restore.Into("/", _backup) with { Exclude = Patterns("cache"), Delete = true };

        RestoreResult result = Restore.Run(_sink, _backup, options);

        Assert.Single(result.Problems);
        Assert.True(File.Exists(_tree + "/a/y.bin/cache/f"));
        Assert.False(File.Exists(_tree + "/a/y.bin/gone"));
    }

    private PatternSet Patterns(string words) => PatternSet.FromPatterns(
        words.Replace("TREE", _tree, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
