using SnapFs.Files.Backups;
using SnapFs.Files.Caches;
using SnapFs.Files.Tests.Support;
using SnapFs.Objects;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Caches;

/// <summary>The walk cache saves time and never tells a lie.</summary>
public sealed class WalkCacheTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();
    private readonly string _tree;
    private readonly string _cache;
    private BackupResult? _last;

    public WalkCacheTests()
    {
        TestTree tree = new();
        for (int i = 0; i < 400; i++)
        {
            tree[$"{i % 20}/{i % 7}/{i}"] = $"content {i}";
        }

        _tree = tree.WriteTo(_directory["tree"]);
        _cache = _directory["cache"];
        TemporaryDirectory.Settle();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_second_backup_needs_nothing_but_the_cache()
    {
        Run(out _);
        BackupResult second = Run(out string? note);

        Assert.Null(note);
        Assert.Equal(400, second.Statistics.FilesUnchanged);
    }

    [Fact]
    public void Files_and_directory_are_private()
    {
        Run(out _);

        Assert.Equal("700\n", Shell.Run("stat", "-c", "%a", _cache));
        Assert.All(Directory.GetFiles(_cache), file => Assert.Equal("600\n", Shell.Run("stat", "-c", "%a", file)));
    }

    [Fact]
    public void Garbage_of_many_backups_is_dropped()
    {
        for (int round = 0; round < 12; round++)
        {
            for (int i = 0; i < 140; i++)
            {
                string directory = Directory.CreateDirectory($"{_tree}/wide/{i}").FullName;
                File.WriteAllText($"{directory}/{new string('x', 200)}-{round}", "");
            }

            TemporaryDirectory.Settle();
            Run(out _);
        }

        long bytes = Directory.GetFiles(_cache).Sum(file => new FileInfo(file).Length);
        Assert.InRange(bytes, 1, 3 << 20);
        Assert.Single(Directory.GetFiles(_cache, "*.pages-*"));
        BackupResult again = Run(out _);
        Assert.Equal(again.Statistics.Files, again.Statistics.FilesUnchanged);
    }

    [Fact]
    public void A_flipped_byte_anywhere_costs_time_only()
    {
        Random random = new(5);
        Run(out _);
        foreach (string pattern in new[] { "*.index", "*.pages-*" })
        {
            for (int i = 0; i < 25; i++)
            {
                string file = Assert.Single(Directory.GetFiles(_cache, pattern));
                byte[] bytes = File.ReadAllBytes(file);
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, bytes);

                BackupResult result = Run(out _);

                Assert.Equal([], result.Problems);
                Assert.Equal(400, result.Statistics.Files);
                AssertSameAsFresh(result);
            }
        }
    }

    [Theory]
    [InlineData("*.index")]
    [InlineData("*.pages-*")]
    public void A_file_cut_anywhere_costs_time_only(string pattern)
    {
        Run(out _);
        for (int part = 0; part < 6; part++)
        {
            string file = Assert.Single(Directory.GetFiles(_cache, pattern));
            byte[] bytes = File.ReadAllBytes(file);
            File.WriteAllBytes(file, bytes[..(bytes.Length * part / 6)]);

            AssertSameAsFresh(Run(out _));
        }
    }

    [Fact]
    public void A_backup_that_was_not_committed_leaves_the_old_state()
    {
        BackupResult first = Run(out _);
        File.WriteAllText(_tree + "/1/1/new", "1");
        TemporaryDirectory.Settle();
        using (WalkCache cache = Open(null))
        {
            Backup.Run(_sink, Options(cache, first)); // and no Save
        }

        BackupResult result = Run(out string? note);

        Assert.Null(note);
        Assert.Equal((400, 1), (result.Statistics.FilesUnchanged, result.Statistics.FilesNew));
    }

    [Fact]
    public void What_the_cache_lost_is_taken_from_the_repository_and_kept_again()
    {
        Run(out _);
        Directory.Delete(_cache, recursive: true);
        using (WalkCache cache = Open(_sink))
        {
            BackupResult second = Backup.Run(_sink, Options(cache, _last));
            Assert.Equal(400, second.Statistics.FilesUnchanged);
            _last = second;
            cache.Save();
        }

        BackupResult third = Run(out _);
        Assert.Equal(400, third.Statistics.FilesUnchanged);
    }

    [Fact]
    public void Caches_of_other_repositories_hosts_and_sources_are_apart()
    {
        Run(out _);
        ObjectId other = ObjectId.Of("other"u8);
        using WalkCache repository = WalkCache.Open(_cache, in other, "host", "source", null);
        using WalkCache host = WalkCache.Open(_cache, default, "other", "source", null);
        using WalkCache source = WalkCache.Open(_cache, default, "host", "other", null);
        foreach (WalkCache cache in new[] { repository, host, source })
        {
            Assert.Throws<DamagedException>(() => cache.Load(_last?.Root ?? default));
        }
    }

    [Fact]
    public void A_second_backup_at_the_same_time_goes_without()
    {
        Run(out _);
        using WalkCache first = Open(null);
        using WalkCache second = Open(null);

        Assert.NotNull(second.Note);
        BackupResult result = Backup.Run(_sink, Options(second, _last));
        second.Save();
        Assert.Equal(400, result.Statistics.FilesNew);
    }

    [SkippableFact]
    public void A_full_disk_gives_one_warning_and_keeps_the_state_before()
    {
        Directory.CreateDirectory(_cache);
        using TemporaryMount disk = TemporaryMount.Tmpfs(_cache, "size=64k,mode=700");
        BackupResult first = Run(out _);
        for (int i = 0; i < 4000; i++)
        {
            string directory = Directory.CreateDirectory($"{_tree}/{i % 20}/many").FullName;
            File.WriteAllText($"{directory}/{new string('x', 200)}-{i}", "");
        }

        TemporaryDirectory.Settle();
        using (WalkCache cache = Open(null))
        {
            BackupResult second = Backup.Run(_sink, Options(cache, first));
            cache.Save();
            Assert.Equal([], second.Problems);
            Assert.Equal((4400, 400), (second.Statistics.Files, second.Statistics.FilesUnchanged));
            Assert.Contains("the walk cache is not kept", cache.Note, StringComparison.Ordinal);
            AssertSameAsFresh(second);
        }

        using WalkCache again = Open(null);
        Assert.Null(again.Note);
        Assert.Equal(400, Backup.Run(_sink, Options(again, first)).Statistics.FilesUnchanged);
    }

    [Fact]
    public void A_cache_that_is_deleted_in_the_middle_gives_one_warning()
    {
        Run(out _);
        using WalkCache cache = Open(null);
        Directory.Delete(_cache, recursive: true);

        BackupResult result = Backup.Run(_sink, Options(cache, _last));
        cache.Save();

        Assert.Equal(400, result.Statistics.FilesUnchanged);
        Assert.Contains("the walk cache is not kept", cache.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chown 12 DIRECTORY")]
    [InlineData("chmod 777 DIRECTORY")]
    public void A_directory_that_others_may_write_to_is_not_used(string command)
    {
        Run(out _);
        Shell.Run("sh", "-c", command.Replace("DIRECTORY", _cache, StringComparison.Ordinal));

        BackupResult result = Run(out string? note);

        Assert.Contains("belongs to another user or may be written by others", note, StringComparison.Ordinal);
        Assert.Equal(400, result.Statistics.FilesNew);
    }

    private BackupResult Run(out string? note)
    {
        using WalkCache cache = Open(null);
        BackupResult result = Backup.Run(_sink, Options(cache, _last));
        note = cache.Note;
        cache.Save();
        _last = result;
        return result;
    }

    private WalkCache Open(ITreePages? fallback) => WalkCache.Open(_cache, default, "host", "source", fallback);

    private BackupOptions Options(WalkCache cache, BackupResult? previous) => Backup.Of(_tree) with
    {
        PageObserver = cache,
        Previous = previous is null ? null : new PreviousTree(cache, previous.Root, IsListed: true),
    };

    private void AssertSameAsFresh(BackupResult result)
    {
        MemorySink empty = new();
        BackupResult fresh = Backup.Run(empty, _tree);
        Assert.Equal(Backup.Node(empty, fresh, _tree).Tree, Backup.Node(_sink, result, _tree).Tree);
    }
}
