using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Testing.Fuzzing;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Trees;

public sealed class NodeReferencesTests
{
    private readonly Random _random = new(1);
    private readonly Dictionary<ChunkId, byte[]> _lists = [];

    [Fact]
    public void A_file_needs_its_chunks_the_lists_above_them_and_its_large_attributes()
    {
        ChunkRef[] data = [Chunk(10), Chunk(20), Chunk(30)];
        ChunkRef first = List(0, data[0], data[1]);
        ChunkRef second = List(0, data[2]);
        ChunkRef value = Chunk(1000);
        ByteWriter xattrs = new();
        XattrReader.Write(xattrs, "user.a"u8, "in place"u8);
        XattrReader.Write(xattrs, "user.b"u8, in value);
        NodeView node = new()
        {
            Name = "f"u8,
            Type = NodeType.File,
            Size = 60,
            ContentForm = ContentForm.Chunks,
            ChunkList = Encode(1, first, second),
            Xattrs = xattrs.Written,
        };

        Assert.Equal(
            [
                $"data {value}", $"list {first} 0", $"data {data[0]}", $"data {data[1]}", $"list {second} 0",
                $"data {data[2]}",
            ],
            Visit(in node));
    }

    [Fact]
    public void A_directory_of_a_volume_needs_its_page_and_its_raw_content()
    {
        ChunkRef page = Chunk(500);
        ChunkRef raw = Chunk(2048);
        AfsNode afs = new() { Vnode = 1, Type = 2, DirectoryLength = 2048, DirectoryContent = Encode(0, raw) };
        ByteWriter extensions = new();
        AfsNodeCodec.Write(extensions, in afs, new ByteWriter());
        NodeView node = new() { Name = "d"u8, Type = NodeType.Directory, Tree = page, Extensions = extensions.Written };

        Assert.Equal([$"page {page}", $"data {raw}"], Visit(in node));
    }

    [Fact]
    public void What_has_no_content_needs_nothing()
    {
        Assert.Empty(Visit(new NodeView { Name = "p"u8, Type = NodeType.Fifo }));
        Assert.Empty(Visit(new NodeView { Name = "l"u8, Type = NodeType.Symlink, Target = "t"u8, Size = 1 }));
        Assert.Empty(Visit(new NodeView { Name = "f"u8, Type = NodeType.File }));
    }

    [Fact]
    public void A_visitor_that_has_seen_enough_is_told_no_more()
    {
        ChunkRef[] data = [Chunk(10), Chunk(20), Chunk(30)];
        NodeView node = FileOf(60, Encode(0, data));
        Recorder recorder = new(_lists, max: 2);

        Assert.False(NodeReferences.Visit(in node, ref recorder));
        Assert.Equal(2, recorder.Seen.Count);
    }

    [Fact]
    public void Lists_that_do_not_add_up_are_refused_at_every_level()
    {
        Refuses(61, Encode(0, Chunk(10), Chunk(50)));
        Refuses(59, Encode(0, Chunk(10), Chunk(50)));
        Refuses(1, Encode(0));
        Refuses(60, Encode(1, List(0, Chunk(60)), Chunk(1)));
        Refuses(60, Encode(1, Claim(60, List(0, Chunk(59)))));
        Refuses(60, Encode(2, List(0, Chunk(60))));
        Refuses(long.MaxValue, Encode(0, Chunk(long.MaxValue), Chunk(long.MaxValue)));
    }

    private void Refuses(long size, byte[] list) => Assert.Throws<InvalidEncodingException>(() =>
    {
        NodeView node = FileOf(size, list);
        Visit(in node);
    });

    private static NodeView FileOf(long size, byte[] list) => new()
    {
        Name = "f"u8,
        Type = NodeType.File,
        Size = size,
        ContentForm = ContentForm.Chunks,
        ChunkList = list,
    };

    private List<string> Visit(in NodeView node)
    {
        Recorder recorder = new(_lists, int.MaxValue);
        Assert.True(NodeReferences.Visit(in node, ref recorder));
        return recorder.Seen;
    }

    private ChunkRef Chunk(long length) => new(_random.ChunkId(), length);

    private static ChunkRef Claim(long length, ChunkRef list) => new(list.Id, length);

    private static byte[] Encode(int level, params ChunkRef[] chunks)
    {
        ByteWriter writer = new();
        ChunkListReader.Write(writer, level, chunks);
        return writer.ToArray();
    }

    private ChunkRef List(int level, params ChunkRef[] chunks)
    {
        ChunkRef list = Chunk(chunks.Sum(chunk => chunk.Length));
        _lists[list.Id] = Encode(level, chunks);
        return list;
    }

    private readonly struct Recorder(Dictionary<ChunkId, byte[]> lists, int max) : IReferenceVisitor
    {
        public List<string> Seen { get; } = [];

        public bool Page(in ChunkRef page) => Add($"page {page}");

        public bool Data(in ChunkRef chunk) => Add($"data {chunk}");

        public bool List(in ChunkRef list, int level, out ReadOnlyMemory<byte> bytes)
        {
            bytes = lists.GetValueOrDefault(list.Id, []);
            return Add($"list {list} {level}");
        }

        private bool Add(string reference)
        {
            Seen.Add(reference);
            return Seen.Count < max;
        }
    }
}
