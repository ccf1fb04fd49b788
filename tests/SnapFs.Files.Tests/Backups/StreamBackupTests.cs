using SnapFs.Files.Backups;
using SnapFs.Files.Tests.Support;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>Streams and the output of commands become files.</summary>
public sealed class StreamBackupTests
{
    private readonly MemorySink _sink = new();

    [Theory]
    [InlineData(0, ContentForm.Empty)]
    [InlineData(512, ContentForm.Inline)]
    [InlineData(513, ContentForm.Chunks)]
    [InlineData(1_000_000, ContentForm.Chunks)]
    public void A_stream_becomes_a_private_file(int length, ContentForm form)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);

        using MemoryStream stream = new(data);
        BackupResult result = Make("/dumps/all.sql").Run(stream, CancellationToken.None);

        NodeView node = Backup.Node(_sink, result, "/dumps/all.sql");
        Assert.Equal(form, node.ContentForm);
        Assert.Equal(0x180u, node.Mode);
        Assert.Equal(length, node.Size);
        Assert.Equal(data, Backup.Content(_sink, in node));
        NodeView root = NodeCodec.Read(result.RootNode.Span);
        Assert.Equal(2, root.SubtreeEntries);
        Assert.Equal(length, root.SubtreeBytes);
        Assert.Equal(result.Root, root.Tree);
        Assert.Equal(3, result.Statistics.Entries);
    }

    [Fact]
    public void The_output_of_a_command_becomes_a_file()
    {
        BackupResult result = Make("/out").Run(["sh", "-c", "printf hello"], CancellationToken.None);

        Assert.Equal("hello"u8, Backup.Node(_sink, result, "/out").Inline);
    }

    [Fact]
    public void A_command_that_fails_makes_no_snapshot()
    {
        StreamCommandException e = Assert.Throws<StreamCommandException>(
            () => Make("/out").Run(["sh", "-c", "printf hello; exit 7"], CancellationToken.None));

        Assert.Contains("exited with 7", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_does_not_exist_is_named() => Assert.Contains(
        "/nonexistent/program",
        Assert.Throws<StreamCommandException>(
            () => Make("/out").Run(["/nonexistent/program"], CancellationToken.None)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Stopping_the_run_stops_the_command()
    {
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(300));
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.ThrowsAny<OperationCanceledException>(() => Make("/out").Run(["sleep", "60"], stop.Token));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private StreamBackup Make(string path) => new(
        new StreamOptions { RecordedPath = RawPath.FromText(path), Threads = 2 }, _sink, Chunkers.Small);
}
