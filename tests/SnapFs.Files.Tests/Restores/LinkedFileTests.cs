using SnapFs.Binary;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Restores;
using SnapFs.Files.Tests.Support;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Restores;

/// <summary>Names are one file only if they were: numbers of inodes are used again while a backup runs.</summary>
public sealed class LinkedFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1, 100, "one", true)]
    [InlineData(2, 100, "one", false)]
    [InlineData(1, 101, "one", false)]
    [InlineData(1, 100, "two", false)]
    [InlineData(1, 100, "longer", false)]
    public void Names_of_one_inode_are_one_file_if_time_of_change_and_content_are_equal(
        ulong inode, long changed, string content, bool isOne)
    {
        RestoreResult result = RunOn(("first", 1, 100, "one"), ("second", inode, changed, content));

        Assert.Equal([], result.Problems);
        Assert.Equal("one", File.ReadAllText(_directory["out/first"]));
        Assert.Equal(content, File.ReadAllText(_directory["out/second"]));
        Assert.Equal(isOne ? "2\n" : "1\n", Shell.Run("stat", "-c", "%h", _directory["out/first"]));
    }

    [Fact]
    public void A_kept_file_with_names_outside_of_the_target_is_not_altered()
    {
        string tree = new TestTree { ["in/a"] = "text", ["in/same"] = "text" }.WriteTo(_directory["tree"]);
        BackupResult backup = Backup.Run(_sink, tree + "/in");
        Shell.Run("ln", tree + "/in/a", tree + "/outside");
        Shell.Run("ln", tree + "/in/same", tree + "/untouched");
        Shell.Run("chmod", "600", tree + "/outside");

        RestoreResult result = Restore.Run(_sink, backup, Restore.Into("/", backup));

        Assert.Equal([], result.Problems);
        Assert.Equal("600 1", Shell.Run("stat", "-c", "%a %h", tree + "/outside").TrimEnd('\n'));
        Assert.Equal("644 1", Shell.Run("stat", "-c", "%a %h", tree + "/in/a").TrimEnd('\n'));
        Assert.Equal("644 2", Shell.Run("stat", "-c", "%a %h", tree + "/untouched").TrimEnd('\n'));
    }

    [Fact]
    public void A_path_costs_its_names_once_whatever_the_depth()
    {
        byte[] name = [.. new byte[255].Select(_ => (byte)'d'), 0];
        long before = GC.GetAllocatedBytesForCurrentThread();

        RestorePath path = new("/"u8);
        for (int i = 0; i < 20_000; i++)
        {
            path = path.Child(name);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000 * 100);
        Assert.Equal(20_000 * 256, path.ToBytes().Length);
    }

    [Fact]
    public void A_depth_of_twenty_thousand_is_restored_and_removed()
    {
        const int Depth = 20_000;
        byte[] node = DirectoryNode(_sink, [], "d");
        for (int i = 1; i < Depth; i++)
        {
            node = DirectoryNode(_sink, node, i == Depth - 1 ? "" : "d");
        }

        RestoreResult made = Run(node, delete: false);
        Assert.Equal([], made.Problems);
        Assert.Equal(Depth, made.Counts.Entries);

        RestoreResult removed = Run(DirectoryNode(_sink, [], ""), delete: true);

        Assert.Equal([], removed.Problems);
        Assert.Equal(Depth - 1, removed.Counts.Deleted);
        Assert.Empty(Directory.GetFileSystemEntries(_directory["out"]));
    }

    [Fact]
    public void An_entry_whose_content_is_gone_costs_itself_alone()
    {
        RestoreResult result = RunOn(("bad", 1, 100, null), ("good", 2, 100, "text"));

        Assert.Contains("bad", Assert.Single(result.Problems), StringComparison.Ordinal);
        Assert.Equal("text", File.ReadAllText(_directory["out/good"]));
        Assert.False(result.IsWhole);
    }

    /// <summary>A directory with one directory in it, or none.</summary>
    private static byte[] DirectoryNode(MemorySink sink, byte[] child, string name)
    {
        DirectoryEncoder encoder = new(new NoNames(), page => sink.Put(ChunkKind.Tree, page));
        if (child.Length > 0)
        {
            NodeView view = NodeCodec.Read(child);
            encoder.Add(in view);
        }

        NodeView node = new()
        {
            Name = Posix.Files.RawPath.FromText(name),
            Type = NodeType.Directory,
            Mode = 0x1ED,
            LinkCount = 2,
            Tree = encoder.Finish(),
        };
        ByteWriter bytes = new();
        NodeCodec.Write(bytes, in node, new ByteWriter());
        return bytes.ToArray();
    }

    /// <summary>Restores files that are said to have two names; one without content refers to a chunk that is nowhere.</summary>
    private RestoreResult RunOn(params (string Name, ulong Inode, long Changed, string? Content)[] files)
    {
        DirectoryEncoder encoder = new(new NoNames(), page => _sink.Put(ChunkKind.Tree, page));
        foreach ((string name, ulong inode, long changed, string? content) in files)
        {
            NodeView node = new()
            {
                Name = Posix.Files.RawPath.FromText(name),
                Type = NodeType.File,
                Mode = 0x1A4,
                Inode = inode,
                LinkCount = 2,
                Changed = new Timestamp(changed, 0),
                Size = content?.Length ?? 10,
                ContentForm = content is null ? ContentForm.Chunks : ContentForm.Inline,
                Inline = Posix.Files.RawPath.FromText(content ?? ""),
                ChunkList = content is null ? [0, .. new byte[ChunkId.Length], 10] : default,
            };
            encoder.Add(in node);
        }

        NodeView root = new() { Type = NodeType.Directory, Mode = 0x1ED, LinkCount = 1, Tree = encoder.Finish() };
        ByteWriter bytes = new();
        NodeCodec.Write(bytes, in root, new ByteWriter());
        return Run(bytes.ToArray(), delete: false);
    }

    private RestoreResult Run(byte[] root, bool delete)
    {
        MemorySource source = new(_sink);
        using FrameCache frames = source.NewCache();
        RestoreOptions options = new() { Target = _directory["out"], Sources = ["/"u8.ToArray()], Delete = delete };
        return new RestoreRun(options, _sink, frames, source).Run(root, null, "/"u8.ToArray(), CancellationToken.None);
    }

    private sealed class NoNames : IOwnerNames
    {
        public ReadOnlySpan<byte> UserName(uint id) => default;

        public ReadOnlySpan<byte> GroupName(uint id) => default;
    }
}
