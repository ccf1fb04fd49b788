using SnapFs.Files.Backups;
using SnapFs.Files.Tests.Support;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>One of everything is recorded, and recognised when it comes again.</summary>
public sealed class TortureBackupTests
{
    [Fact]
    public void A_second_backup_reads_nothing_and_gives_the_same_tree()
    {
        using TemporaryDirectory directory = new();
        TortureTree.Create(directory["tree"], TortureOptions.ShortRun);
        TemporaryDirectory.Settle();
        MemorySink sink = new();

        BackupResult first = Backup.Run(sink, directory["tree"]);
        Assert.Equal([], first.Problems);
        BackupRun run = new(Backup.Of(directory["tree"]).After(sink, first), sink, Chunkers.Default);
        BackupResult second = run.Run(CancellationToken.None);

        Assert.Equal([], second.Problems);
        Assert.Equal(0, run.Progress.BytesRead);
        Assert.Equal(first.Statistics.Files, second.Statistics.FilesUnchanged);
        Assert.Equal(first.Statistics.Entries, second.Statistics.Entries);
        Assert.Equal(first.Statistics.Bytes, second.Statistics.Bytes);
        Assert.True(first.HasXattrs && second.HasXattrs);
        NodeView before = Backup.Node(sink, first, directory["tree"]);
        NodeView after = Backup.Node(sink, second, directory["tree"]);
        Assert.Equal(before.Tree, after.Tree);
        Assert.Equal(first.Statistics.Entries, NodeCodec.Read(first.RootNode.Span).SubtreeEntries + 1);
    }

    [Fact]
    public void Every_field_of_every_entry_is_recorded()
    {
        using TemporaryDirectory directory = new();
        TortureTree.Create(directory["tree"], TortureOptions.ShortRun);
        MemorySink sink = new();
        BackupResult result = Backup.Run(sink, directory["tree"]);

        TreeManifest manifest = TreeManifest.Scan(directory["tree"]);
        NodeView top = Backup.Node(sink, result, directory["tree"]);
        int compared = 0;
        RecordedTree.ForEach(sink, in top, (path, page, index) =>
        {
            NodeView node = page.Node(index);
            RecordedTree.AssertEqual(sink, manifest.Records[path], in node, page);
            compared++;
        });

        Assert.Equal(manifest.Records.Count - 1, compared);
    }
}
