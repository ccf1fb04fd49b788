using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Tests.Support;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>What is unchanged is not read, and nothing that changed is taken for unchanged.</summary>
public sealed class UnchangedTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_rewrite_with_the_same_size_and_mtime_is_noticed_by_its_ctime()
    {
        string tree = new TestTree { ["f"] = "12345", ["g"] = "other" }.WriteTo(_directory["tree"]);
        TemporaryDirectory.Settle();
        BackupResult first = Backup.Run(_sink, tree);
        DateTime time = File.GetLastWriteTimeUtc(tree + "/f");
        File.WriteAllText(tree + "/f", "54321");
        File.SetLastWriteTimeUtc(tree + "/f", time);

        BackupResult second = Backup.Run(_sink, Backup.Of(tree).After(_sink, first));

        Assert.Equal("54321"u8, Backup.Node(_sink, second, tree + "/f").Inline);
        Assert.Equal((1, 1), (second.Statistics.FilesChanged, second.Statistics.FilesUnchanged));
    }

    [Fact]
    public void A_file_written_just_before_it_was_read_is_read_again()
    {
        string tree = _directory.Make("tree");
        BackupResult first;
        int tries = 0;
        do // a busy machine may need more than 20 ms from the one to the other
        {
            File.WriteAllText(tree + "/f", "12345");
            first = Backup.Run(_sink, tree);
        }
        while (Backup.Node(_sink, first, tree + "/f").Extensions.IsEmpty && ++tries < 20);
        Assert.False(Backup.Node(_sink, first, tree + "/f").Extensions.IsEmpty);
        TemporaryDirectory.Settle();

        BackupResult second = Backup.Run(_sink, Backup.Of(tree).After(_sink, first));
        BackupResult third = Backup.Run(_sink, Backup.Of(tree).After(_sink, second));

        Assert.Equal(1, second.Statistics.FilesChanged);
        Assert.True(Backup.Node(_sink, second, tree + "/f").Extensions.IsEmpty);
        Assert.Equal(1, third.Statistics.FilesUnchanged);
    }

    [Theory]
    [InlineData("chmod", "600", "f")]
    [InlineData("chown", "12:34", "f")]
    [InlineData("touch", "-d", "2001-02-03", "f")]
    [InlineData("ln", "f", "link")]
    [InlineData("setfattr", "-n", "user.a", "-v", "b", "f")]
    [InlineData("setfattr", "-n", "user.a", "-v", "b", "dir")]
    [InlineData("rm", "dir/x")]
    [InlineData("mv", "f", "z")]
    [InlineData("mkdir", "dir/new")]
    [InlineData("rmdir", "empty")]
    [InlineData("ln", "-sf", "other", "symlink")]
    [InlineData("touch", "-h", "symlink")]
    public void Every_change_is_recorded(params string[] command)
    {
        string tree = new TestTree { ["f"] = "12345", ["dir/x"] = "1", ["dir/y"] = "2" }.WriteTo(_directory["tree"]);
        Directory.CreateDirectory(tree + "/empty");
        File.CreateSymbolicLink(tree + "/symlink", "target");
        TemporaryDirectory.Settle();
        BackupResult first = Backup.Run(_sink, tree);
        Shell.Run("sh", "-c", $"cd '{tree}' && {string.Join(' ', command)}");
        TemporaryDirectory.Settle();

        BackupResult second = Backup.Run(_sink, Backup.Of(tree).After(_sink, first));
        MemorySink empty = new();
        BackupResult fresh = Backup.Run(empty, tree);

        Assert.Equal([], second.Problems);
        Assert.NotEqual(first.Root, second.Root);
        Assert.Equal(Backup.Node(empty, fresh, tree).Raw, Backup.Node(_sink, second, tree).Raw);
    }

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 0)]
    [InlineData(false, true, 1)]
    [InlineData(true, true, 2)]
    public void Other_inode_numbers_and_change_times_may_be_ignored(bool inode, bool changeTime, int unchanged)
    {
        string tree = new TestTree { ["copied"] = "12345", ["touched"] = "67890" }.WriteTo(_directory["tree"]);
        TemporaryDirectory.Settle();
        BackupResult first = Backup.Run(_sink, tree);
        Shell.Run("sh", "-c", $"cd '{tree}' && cp -p copied x && mv x copied && chmod 600 touched && chmod 644 touched");
        TemporaryDirectory.Settle();
        BackupOptions options = Backup.Of(tree) with { IgnoreInode = inode, IgnoreChangeTime = changeTime };

        BackupResult second = Backup.Run(_sink, options.After(_sink, first));
        MemorySink empty = new();
        BackupResult fresh = Backup.Run(empty, tree);

        Assert.Equal(unchanged, second.Statistics.FilesUnchanged); // a copy has another number and another ctime
        Assert.Equal(Backup.Node(empty, fresh, tree).Tree, Backup.Node(_sink, second, tree).Tree);
    }

    [Fact]
    public void Random_changes_give_the_tree_that_a_fresh_backup_gives()
    {
        Random random = new(7);
        string tree = _directory.Make("tree");
        for (int i = 0; i < 300; i++)
        {
            Write(tree, random);
        }

        TemporaryDirectory.Settle();
        BackupResult previous = Backup.Run(_sink, tree);
        for (int round = 0; round < 12; round++)
        {
            for (int i = 0; i < 8; i++)
            {
                Write(tree, random);
            }

            TemporaryDirectory.Settle();
            BackupResult next = Backup.Run(_sink, Backup.Of(tree).After(_sink, previous));
            MemorySink empty = new();
            BackupResult fresh = Backup.Run(empty, tree);
            Assert.Equal(Backup.Node(empty, fresh, tree).Tree, Backup.Node(_sink, next, tree).Tree);
            Assert.Equal(fresh.Statistics.Entries, next.Statistics.Entries);
            Assert.Equal(fresh.Statistics.Bytes, next.Statistics.Bytes);
            previous = next;
        }
    }

    [Fact]
    public void A_directory_of_many_pages_is_compared_page_by_page()
    {
        string tree = _directory.Make("tree");
        for (int i = 0; i < 6000; i++)
        {
            File.WriteAllText($"{tree}/file-{i:d5}", "");
        }

        TemporaryDirectory.Settle();
        BackupResult first = Backup.Run(_sink, tree);
        Assert.NotEqual(0, _sink.Load(Backup.Node(_sink, first, tree).Tree).Level);
        File.Delete(tree + "/file-03000");
        File.WriteAllText(tree + "/file-05000", "new");
        TemporaryDirectory.Settle();

        BackupResult second = Backup.Run(_sink, Backup.Of(tree).After(_sink, first));
        MemorySink empty = new();
        BackupResult fresh = Backup.Run(empty, tree);

        Assert.Equal(Backup.Node(empty, fresh, tree).Tree, Backup.Node(_sink, second, tree).Tree);
        Assert.Equal((5998, 1), (second.Statistics.FilesUnchanged, second.Statistics.FilesChanged));
    }

    [Fact]
    public void A_tree_that_is_not_listed_any_more_is_trusted_only_where_its_chunks_are_there()
    {
        string tree = _directory.Make("tree");
        File.WriteAllBytes(tree + "/a", new byte[5000]);
        File.WriteAllBytes(tree + "/b", [.. Enumerable.Repeat((byte)1, 6000)]);
        TemporaryDirectory.Settle();
        BackupResult first = Backup.Run(_sink, tree);
        ChunkListReader chunks = new(Backup.Node(_sink, first, tree + "/b").ChunkList);
        Assert.True(chunks.Next());
        _sink.Remove(ChunkKind.Data, chunks.Current.Id);
        PreviousTree previous = new(_sink, first.Root, IsListed: false);
        BackupOptions options = Backup.Of(tree) with { Previous = previous };

        BackupResult second = Backup.Run(_sink, options);

        Assert.Equal((1, 1), (second.Statistics.FilesUnchanged, second.Statistics.FilesChanged));
        Assert.True(_sink.Contains(ChunkKind.Data, chunks.Current.Id));
    }

    [Fact]
    public void A_kilobyte_appended_to_a_large_file_puts_at_most_two_data_chunks()
    {
        string tree = _directory.Make("tree");
        int megabytes = TestScale.Choose(64, 1024);
        using (FileStream log = File.Create(tree + "/log"))
        {
            byte[] piece = new byte[1 << 20];
            Random random = new(1);
            for (int i = 0; i < megabytes; i++)
            {
                random.NextBytes(piece);
                log.Write(piece);
            }
        }

        BackupResult first = Backup.Run(_sink, tree);
        long before = _sink.NewDataChunks;
        using (FileStream log = new(tree + "/log", FileMode.Append))
        {
            log.Write(new byte[1024]);
        }

        BackupResult second = Backup.Run(_sink, Backup.Of(tree).After(_sink, first));

        Assert.InRange(_sink.NewDataChunks - before, 1, 2);
        Assert.Equal(((long)megabytes << 20) + 1024, Backup.Node(_sink, second, tree + "/log").Size);
    }

    private static void Write(string tree, Random random)
    {
        string directory = $"{tree}/{random.Next(6)}/{random.Next(4)}";
        string file = $"{directory}/{random.Next(12)}";
        Directory.CreateDirectory(directory);
        if (random.Next(4) == 0)
        {
            File.Delete(file);
        }
        else if (random.Next(12) == 0)
        {
            Directory.Delete(directory, recursive: true);
        }
        else
        {
            byte[] content = new byte[random.Next(3) * random.Next(2000)];
            random.NextBytes(content);
            File.WriteAllBytes(file, content);
        }
    }
}
