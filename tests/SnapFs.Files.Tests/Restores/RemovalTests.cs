using SnapFs.Files.Backups;
using SnapFs.Files.Restores;
using SnapFs.Files.Tests.Support;
using SnapFs.Posix.Files;
using SnapFs.Snapshots;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Restores;

/// <summary>What <c>--delete</c> must not remove: what the backup could not read and what it left out.</summary>
public sealed class RemovalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(OmissionKind.UnreadableDirectory, "unread", "unread/x unread/deep/y extra")]
    [InlineData(OmissionKind.UnreadableFile, "unread/x", "unread/x")]
    [InlineData(OmissionKind.OtherFileSystem, "unread/deep", "unread/deep/y")]
    [InlineData((OmissionKind)99, "", "unread/x unread/deep/y extra")]
    public void What_the_backup_lacks_stays_with_all_below_it(OmissionKind kind, string omitted, string kept)
    {
        string tree = BackUpAndAdd(out BackupResult backup);
        byte[] path = RawPath.FromText(omitted.Length == 0 ? tree : $"{tree}/{omitted}");

        RestoreResult result = Run(backup, options => options with { Omissions = [new Omission(path, kind)] });

        string[] all = ["unread/x", "unread/deep/y", "extra"];
        Assert.Equal(
            all.Where(name => kept.Split(' ').Contains(name) || (omitted == "unread" && name != "extra")).Except(
                omitted == "unread" ? ["extra"] : []),
            all.Where(name => File.Exists($"{tree}/{name}")));
        Assert.True(result.Counts.Spared > 0);
        Assert.Equal([], result.Problems);
    }

    [Theory]
    [InlineData(OmissionKind.Changed)]
    [InlineData(OmissionKind.UnreadableAttributes)]
    public void What_is_there_in_part_keeps_nothing_else(OmissionKind kind)
    {
        string tree = BackUpAndAdd(out BackupResult backup);

        Run(backup, options => options with { Omissions = [new Omission(RawPath.FromText(tree), kind)] });

        Assert.Equal(["file"], Directory.GetFileSystemEntries(tree).Select(Path.GetFileName));
    }

    [Fact]
    public void What_was_excluded_stays_at_any_depth_of_what_is_removed()
    {
        string tree = BackUpAndAdd(out BackupResult backup);

        RestoreResult result = Run(backup, options => options with
        {
            Selection = new SnapshotSelection { Excludes = ["y"u8.ToArray()] },
        });

        Assert.True(File.Exists(tree + "/unread/deep/y"));
        Assert.False(File.Exists(tree + "/unread/x"));
        Assert.False(File.Exists(tree + "/extra"));
        Assert.Equal((2L, 1L), (result.Counts.Deleted, result.Counts.Spared));
    }

    [Fact]
    public void A_directory_marked_as_a_cache_stays_where_the_backup_left_them_out()
    {
        string tree = BackUpAndAdd(out BackupResult backup);
        File.WriteAllText(tree + "/unread/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55");

        Run(backup, options => options with { Selection = new SnapshotSelection { ExcludesCaches = true } });

        Assert.True(File.Exists(tree + "/unread/x"));
        Assert.False(File.Exists(tree + "/extra"));
    }

    [Fact]
    public void A_directory_in_the_place_of_a_file_keeps_what_the_backup_lacks()
    {
        string tree = BackUpAndAdd(out BackupResult backup);
        File.Delete(tree + "/file");
        new TestTree { ["file/secret"] = "1", ["file/other"] = "2" }.WriteTo(tree);

        RestoreResult result = Run(backup, options => options with
        {
            Omissions = [new Omission(RawPath.FromText(tree + "/file/secret"), OmissionKind.UnreadableFile)],
        });

        Assert.True(File.Exists(tree + "/file/secret"));
        Assert.Single(result.Problems);
    }

    private string BackUpAndAdd(out BackupResult backup)
    {
        string tree = new TestTree { ["file"] = "text" }.WriteTo(_directory["tree"]);
        backup = Backup.Run(_sink, tree);
        new TestTree { ["unread/x"] = "1", ["unread/deep/y"] = "2", ["extra"] = "3" }.WriteTo(tree);
        return tree;
    }

    private RestoreResult Run(BackupResult backup, Func<RestoreOptions, RestoreOptions> change) =>
        Restore.Run(_sink, backup, change(Restore.Into("/", backup) with { Delete = true }));
}
