using System.Collections.Concurrent;
using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Files.Tests.Support;
using SnapFs.Posix.Files;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>What is left out by a mark or by its size, and what is said of it.</summary>
public sealed class LeftOutTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();
    private readonly string _tree;

    public LeftOutTests() => _tree = new TestTree
    {
        ["big"] = "12345678",
        ["marked/.nobackup"] = "because: it can be made again",
        ["marked/x/y"] = "1",
        ["other/.nobackup"] = "another reason",
        ["other/x"] = "2",
        ["small"] = "1234567",
    }.WriteTo(_directory["tree"]);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_marked_directory_keeps_its_mark_alone()
    {
        BackupResult result = Backup.Run(_sink, Marked());

        Assert.Equal(
            ["big", "marked", "marked/.nobackup", "other", "other/.nobackup", "small"], Backup.Paths(_sink, result, _tree));
        Assert.Equal(["/marked 0", "/other 0"], Omissions(result));
        Assert.False(result.IsPartial);
    }

    [Fact]
    public void A_mark_with_a_header_is_one_that_begins_so()
    {
        BackupResult result = Backup.Run(_sink, Marked("because:"));

        Assert.Equal(
            ["big", "marked", "marked/.nobackup", "other", "other/.nobackup", "other/x", "small"],
            Backup.Paths(_sink, result, _tree));
    }

    [Fact]
    public void A_mark_may_be_of_any_type_if_it_has_no_header()
    {
        Directory.CreateDirectory(_tree + "/sub/mark/below");
        File.CreateSymbolicLink(_tree + "/marked/mark", "/nonexistent");
        BackupOptions options = Backup.Of(_tree) with { ExcludeIfPresent = [Tag("mark", "")] };

        BackupResult result = Backup.Run(_sink, options);

        Assert.Equal(
            ["big", "marked", "marked/mark", "other", "other/.nobackup", "other/x", "small", "sub", "sub/mark", "sub/mark/below"],
            Backup.Paths(_sink, result, _tree));
    }

    [Fact]
    public void A_path_to_back_up_in_a_marked_directory_is_taken()
    {
        BackupResult result = Backup.Run(_sink, Backup.Of(_tree, _tree + "/marked/x/y") with { ExcludeIfPresent = [Tag(".nobackup", "")] });

        Assert.Contains("marked/x/y", Backup.Paths(_sink, result, _tree));
        Assert.DoesNotContain("other/x", Backup.Paths(_sink, result, _tree));
    }

    [Fact]
    public void A_mark_and_a_cache_tag_are_both_kept_and_the_cache_is_said()
    {
        File.WriteAllText(_tree + "/marked/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55");

        BackupResult result = Backup.Run(_sink, Marked() with { ExcludeCaches = true });

        Assert.Equal(
            ["marked/.nobackup", "marked/CACHEDIR.TAG"],
            Backup.Paths(_sink, result, _tree).Where(path => path.StartsWith("marked/", StringComparison.Ordinal)));
        Assert.Equal(["/marked 9", "/other 0"], Omissions(result));
    }

    [Fact]
    public void A_file_of_more_bytes_is_left_out_and_named()
    {
        BackupResult result = Backup.Run(_sink, Backup.Of(_tree, _tree + "/big") with { MaxFileSize = 7 });

        Assert.DoesNotContain("big", Backup.Paths(_sink, result, _tree));
        Assert.Contains("small", Backup.Paths(_sink, result, _tree));
        Assert.Contains("/big 0", Omissions(result));
        Assert.False(result.IsPartial);
        Assert.Equal(2, result.Paths.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Another_choice_than_before_takes_effect_in_files_that_have_not_changed(bool marks)
    {
        TemporaryDirectory.Settle();
        BackupOptions less = marks ? Marked() : Backup.Of(_tree) with { MaxFileSize = 7 };
        BackupResult all = Backup.Run(_sink, _tree);
        BackupResult few = Backup.Run(_sink, less);

        BackupResult fewAfterAll = Backup.Run(_sink, less.After(_sink, all));
        BackupResult allAfterFew = Backup.Run(_sink, Backup.Of(_tree).After(_sink, few));

        Assert.NotEqual(all.Root, few.Root);
        Assert.Equal(Backup.Paths(_sink, few, _tree), Backup.Paths(_sink, fewAfterAll, _tree));
        Assert.Equal(Backup.Paths(_sink, all, _tree), Backup.Paths(_sink, allAfterFew, _tree));
        Assert.Equal(few.Statistics.Bytes, fewAfterAll.Statistics.Bytes);
        Assert.Equal(all.Statistics.Bytes, allAfterFew.Statistics.Bytes);
    }

    [Fact]
    public void What_is_left_out_for_the_first_time_is_not_told_of_as_gone()
    {
        new TestTree { ["dir/skip.o"] = "1", ["dir/skip.d/x"] = "2", ["dir/gone"] = "3" }.WriteTo(_tree);
        TemporaryDirectory.Settle();
        BackupResult first = Backup.Run(_sink, _tree);
        File.Delete(_tree + "/dir/gone");
        ConcurrentBag<string> told = [];
        BackupOptions options = Marked() with
        {
            Excludes = PatternSet.FromPatterns(["skip.*"]),
            MaxFileSize = 7,
            OnChange = (change, path) => told.Add($"{(char)change} {RawPath.ToText(path)[_tree.Length..]}"),
        };

        BackupResult second = Backup.Run(_sink, options.After(_sink, first));

        Assert.Equal(["- /dir/gone"], told);
        Assert.Equal(["dir", "marked", "other", "small"], Backup.Paths(_sink, second, _tree)); // the marks are large, too
    }

    [Fact]
    public void The_count_ahead_leaves_out_the_same()
    {
        BackupOptions options = Marked() with { MaxFileSize = 20 };

        BackupResult result = Backup.Run(_sink, options);
        using SourceScan scan = SourceScan.Start(options);
        scan.Wait();

        Assert.Equal((result.Statistics.Files, result.Statistics.Bytes), (scan.Files, scan.Bytes));
    }

    private BackupOptions Marked(string header = "") => Backup.Of(_tree) with { ExcludeIfPresent = [Tag(".nobackup", header)] };

    private static DirectoryTag Tag(string name, string header) => new(RawPath.FromText(name), RawPath.FromText(header));

    private IEnumerable<string> Omissions(BackupResult result) => result.Omissions
        .Select(omission => $"{RawPath.ToText(omission.Path.Span)[_tree.Length..]} {(int)omission.Kind}")
        .Order(StringComparer.Ordinal);
}
