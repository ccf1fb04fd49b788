using System.Text;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Tests.Objects;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Trees;

namespace SnapFs.Repository.Tests.Checks;

/// <summary>Writes a small snapshot: <c>/d/inline</c>, <c>/d/large</c> (two chunks, a large attribute), <c>/d/listed</c> (a
/// list of lists) and <c>/d/sparse</c>; and, if asked, a file beside <c>/d</c>.</summary>
internal static class SampleBackup
{
    internal static async Task<ObjectId> RunAsync(IStorage storage, OpenedRepository repository, byte seed, string? beside = null)
    {
        using WritingRun run = new(repository.Keys.Own, ShortId.Random(), 1);
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(
            storage,
            run,
            new WriterOptions(repository.Config.Chunks, 0, 1, 1),
            null,
            CancellationToken.None);
        ChunkRef root = WriteTree(writer, seed, beside);
        await writer.FlushAsync();
        ByteWriter node = new();
        NodeView rootNode = new() { Type = NodeType.Directory, Mode = 0x1ED, LinkCount = 3, Tree = root };
        NodeCodec.Write(node, in rootNode, new ByteWriter());
        SnapshotHead head = SampleSnapshot.Head() with { Root = root };
        SnapshotBody body = SampleSnapshot.Body() with { RootNode = node.ToArray() };
        return await writer.CommitAsync(0, head, body, CancellationToken.None);
    }

    private static ChunkRef WriteTree(RepositoryWriter writer, byte seed, string? beside)
    {
        DirectoryEncoder encoder = new(new NoNames(), page => writer.Put(ChunkKind.Tree, page));
        ByteWriter buffer = new();

        NodeView node = File("inline", 3, ContentForm.Inline);
        byte[] inline = [seed, 1, 2];
        node.Inline = inline;
        encoder.Add(in node);

        ChunkRef first = Data(writer, seed, 500);
        ChunkRef second = Data(writer, (byte)(seed + 1), 300);
        ChunkListReader.Write(buffer, 0, [first, second]);
        byte[] list = buffer.ToArray();
        buffer.Clear();
        XattrReader.Write(buffer, "user.large"u8, Data(writer, (byte)(seed + 2), 700));
        node = File("large", 800, ContentForm.Chunks);
        node.ChunkList = list;
        node.Xattrs = buffer.Written;
        encoder.Add(in node);

        ChunkRef below = new(writer.Put(ChunkKind.Tree, list), 800);
        ByteWriter lists = new();
        ChunkListReader.Write(lists, 1, [below]);
        node = File("listed", 800, ContentForm.Chunks);
        node.ChunkList = lists.Written;
        encoder.Add(in node);

        ByteWriter extents = new();
        ExtentReader.Write(extents, [new Extent(1 << 20, 800)]);
        node = File("sparse", 1 << 30, ContentForm.Chunks);
        node.ChunkList = list;
        node.Extents = extents.Written;
        encoder.Add(in node);

        ChunkRef directory = encoder.Finish();
        node = new NodeView
        {
            Name = "d"u8,
            Type = NodeType.Directory,
            Mode = 0x1ED,
            LinkCount = 2,
            Tree = directory,
            SubtreeEntries = 4,
        };
        encoder.Add(in node);
        if (beside is not null)
        {
            node = File(beside, 3, ContentForm.Inline);
            node.Inline = inline;
            encoder.Add(in node);
        }

        return encoder.Finish();
    }

    private static NodeView File(string name, long size, ContentForm form) => new()
    {
        Name = Encoding.ASCII.GetBytes(name),
        Type = NodeType.File,
        Mode = 0x1A4,
        LinkCount = 1,
        Size = size,
        ContentForm = form,
    };

    private static ChunkRef Data(RepositoryWriter writer, byte seed, int length)
    {
        byte[] plain = new byte[length];
        new Random(seed).NextBytes(plain);
        return new ChunkRef(writer.Put(ChunkKind.Data, plain), length);
    }

    private sealed class NoNames : IOwnerNames
    {
        public ReadOnlySpan<byte> UserName(uint id) => default;

        public ReadOnlySpan<byte> GroupName(uint id) => default;
    }
}
