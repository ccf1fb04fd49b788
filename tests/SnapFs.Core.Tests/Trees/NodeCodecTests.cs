using System.Text;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Testing;
using SnapFs.Testing.Fuzzing;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Trees;

public sealed class NodeCodecTests
{
    [Fact]
    public void Nodes_of_every_type_with_every_part_come_back() => Seeds.ForEach(3000, random =>
    {
        NodeView node = random.Node(random.RawName());
        byte[] encoded = Encode(in node);

        byte[] followed = [.. encoded, 1, 2, 3];
        NodeView read = NodeCodec.Read(followed);

        Assert.Equal(encoded, read.Raw.ToArray());
        Assert.Equal(node.Name, read.Name);
        Assert.Equal(
            (node.Type, node.Mode, node.UserId, node.GroupId), (read.Type, read.Mode, read.UserId, read.GroupId));
        Assert.Equal((node.Modified, node.Changed), (read.Modified, read.Changed));
        Assert.Equal((node.HasBirth, node.Birth), (read.HasBirth, read.Birth));
        Assert.Equal((node.Inode, node.Device, node.LinkCount), (read.Inode, read.Device, read.LinkCount));
        Assert.Equal((node.Size, node.DeviceNumber), (read.Size, read.DeviceNumber));
        Assert.Equal(node.ContentForm, read.ContentForm);
        Assert.Equal((node.Tree, node.SubtreeEntries, node.SubtreeBytes), (read.Tree, read.SubtreeEntries, read.SubtreeBytes));
        Assert.Equal(node.Target, read.Target);
        Assert.Equal(node.Inline, read.Inline);
        Assert.Equal(node.ChunkList, read.ChunkList);
        Assert.Equal(node.Extents, read.Extents);
        Assert.Equal(node.Xattrs, read.Xattrs);
        Assert.Equal(node.Extensions, read.Extensions);
        Assert.Equal(encoded, Encode(in read));
    });

    [Fact]
    public void A_node_cut_anywhere_is_refused() => Seeds.ForEach(50, random =>
    {
        NodeView node = random.Node(random.RawName());
        byte[] encoded = Encode(in node);
        int step = 1 + (encoded.Length / 2000);
        for (int length = 0; length < encoded.Length; length += step)
        {
            Assert.Throws<InvalidEncodingException>(() => NodeCodec.Read(encoded.AsSpan(0, length)));
        }
    });

    [Theory]
    [InlineData("a/b")]
    [InlineData("/")]
    [InlineData("a\0")]
    [InlineData(".")]
    [InlineData("..")]
    public void A_name_that_could_leave_its_directory_is_refused(string name)
    {
        byte[] bad = Encoding.UTF8.GetBytes(name);
        byte[] good = [.. Enumerable.Repeat((byte)'x', bad.Length)];
        NodeView node = new() { Name = good, Type = NodeType.Fifo };
        byte[] encoded = Encode(in node);
        bad.CopyTo(encoded.AsSpan(2)); // after the lengths of node and name

        Assert.Throws<InvalidEncodingException>(() => NodeCodec.Read(encoded));
        Assert.Throws<EncodingLimitException>(() => Encode(new NodeView { Name = bad, Type = NodeType.Fifo }));
    }

    [Fact]
    public void A_writer_refuses_what_no_reader_would_take()
    {
        Assert.Throws<EncodingLimitException>(() => Encode(new NodeView { Name = new byte[256], Type = NodeType.Fifo }));
        Assert.Throws<EncodingLimitException>(
            () => Encode(new NodeView { Name = "a"u8, Type = NodeType.Fifo, Mode = 0x1000 }));
        Assert.Throws<EncodingLimitException>(() => Encode(new NodeView
        {
            Name = "a"u8,
            Type = NodeType.Fifo,
            Modified = new Timestamp(0, 1_000_000_000),
        }));
        Assert.Throws<EncodingLimitException>(() => Encode(new NodeView
        {
            Name = "a"u8,
            Type = NodeType.Symlink,
            Target = new byte[TreeLimits.MaxTarget + 1],
        }));
        Assert.Throws<EncodingLimitException>(() => Encode(new NodeView
        {
            Name = "a"u8,
            Type = NodeType.File,
            ContentForm = ContentForm.Inline,
            Inline = new byte[TreeLimits.MaxInline + 1],
        }));
    }

    [Fact]
    public void A_writer_refuses_content_that_contradicts_itself()
    {
        Assert.Throws<EncodingLimitException>(() => Encode(new NodeView { Name = "a"u8, Type = NodeType.File, Size = 5 }));
        Assert.Throws<EncodingLimitException>(() => Encode(new NodeView { Name = "a"u8, Type = NodeType.File, Size = -1 }));
        Assert.Throws<EncodingLimitException>(() => Encode(new NodeView
        {
            Name = "a"u8,
            Type = NodeType.File,
            Size = 5,
            ContentForm = ContentForm.Inline,
            Inline = "four"u8,
        }));
        ByteWriter list = new();
        ChunkListReader.Write(list, 0, [new ChunkRef(default, 2), new ChunkRef(default, 4)]);
        byte[] chunks = list.ToArray();
        Assert.Throws<EncodingLimitException>(() => Encode(new NodeView
        {
            Name = "a"u8,
            Type = NodeType.File,
            Size = 5,
            ContentForm = ContentForm.Chunks,
            ChunkList = chunks,
        }));
    }

    [Fact]
    public void A_node_that_is_refused_leaves_the_writer_as_it_was()
    {
        ByteWriter writer = new();
        writer.Bytes("before"u8);
        Assert.Throws<EncodingLimitException>(() => NodeCodec.Write(
            writer, new NodeView { Name = new byte[300], Type = NodeType.Fifo }, new ByteWriter()));
        Assert.Throws<EncodingLimitException>(() => NodeCodec.Write(
            writer, new NodeView { Name = "a"u8, Type = NodeType.Fifo, Xattrs = [1, 0] }, new ByteWriter()));
        Assert.Equal("before"u8.ToArray(), writer.ToArray());
    }

    [Fact]
    public void Chunk_lists_come_back() => Seeds.ForEach(200, random =>
    {
        ChunkRef[] chunks = new ChunkRef[random.Next(0, 50)];
        for (int i = 0; i < chunks.Length; i++)
        {
            chunks[i] = new ChunkRef(random.ChunkId(), random.NextInt64(1, long.MaxValue));
        }

        int level = random.Next(TreeLimits.MaxLevels + 1);
        ByteWriter writer = new();
        ChunkListReader.Write(writer, level, chunks);

        ChunkListReader reader = new(writer.Written);
        List<ChunkRef> read = [];
        while (reader.Next())
        {
            read.Add(reader.Current);
        }

        Assert.Equal(level, reader.Level);
        Assert.Equal(chunks, read);
    });

    [Fact]
    public void A_chunk_list_of_no_level_of_too_many_or_with_an_empty_chunk_is_refused()
    {
        Assert.Throws<InvalidEncodingException>(() => new ChunkListReader([]));
        Assert.Throws<InvalidEncodingException>(() => new ChunkListReader([TreeLimits.MaxLevels + 1]));
        Assert.Throws<InvalidEncodingException>(() => new ChunkListReader(new byte[1 + ChunkId.Length + 1]).Next());
    }

    [Fact]
    public void Extents_come_back_in_order() => Seeds.ForEach(200, random =>
    {
        List<Extent> extents = [];
        long end = 0;
        for (int left = random.Next(20); left > 0; left--)
        {
            Extent extent = new(end + random.Next(100), random.Next(1, 1000));
            extents.Add(extent);
            end = extent.End;
        }

        ByteWriter writer = new();
        ExtentReader.Write(writer, extents.ToArray());
        byte[] encoded = writer.ToArray();

        Assert.Equal(extents, Read(encoded, end));
        if (extents.Count > 0)
        {
            Assert.Throws<InvalidEncodingException>(() => Read(encoded, end - 1));
        }
    });

    [Theory]
    [InlineData("000000")]
    [InlineData("00FFFFFFFFFFFFFFFF7F01")]
    [InlineData("0001FFFFFFFFFFFFFFFF7F")]
    [InlineData("0005")]
    public void Extents_that_are_empty_overflow_or_are_cut_are_refused(string hex) =>
        Assert.Throws<InvalidEncodingException>(() => Read(Convert.FromHexString(hex), 1000));

    [Fact]
    public void Extents_of_another_form_need_a_newer_version() =>
        Assert.Throws<NewerFormatException>(() => Read([1], 1000));

    [Fact]
    public void Extended_attributes_come_back_in_place_and_as_chunks()
    {
        ChunkRef value = new(new Random(1).ChunkId(), TreeLimits.MaxXattrValue);
        ByteWriter writer = new();
        XattrReader.Write(writer, "user.a"u8, "1"u8);
        XattrReader.Write(writer, "user.b"u8, in value);
        XattrReader.Write(writer, "user.c"u8, default(ReadOnlySpan<byte>));

        XattrReader reader = new(writer.Written);
        Assert.True(reader.Next());
        Assert.Equal("user.a"u8.ToArray(), reader.Name.ToArray());
        Assert.Equal("1"u8.ToArray(), reader.Value.ToArray());
        Assert.True(reader.Next());
        Assert.True(reader.IsExternal);
        Assert.Equal(value, reader.External);
        Assert.Equal(TreeLimits.MaxXattrValue, reader.ValueLength);
        Assert.True(reader.Next());
        Assert.False(reader.IsExternal);
        Assert.Equal(0, reader.ValueLength);
        Assert.False(reader.Next());
    }

    [Theory]
    [InlineData("00")]
    [InlineData("010000")]
    [InlineData("016100FF")]
    [InlineData("016181800A")]
    [InlineData("01610100000000000000000000000000000000000000000000000000000000000000000000")]
    public void Extended_attributes_without_a_name_or_with_a_value_that_cannot_be_are_refused(string hex) =>
        Assert.Throws<InvalidEncodingException>(() =>
        {
            XattrReader reader = new(Convert.FromHexString(hex));
            while (reader.Next())
            {
            }
        });

    private static byte[] Encode(in NodeView node)
    {
        ByteWriter writer = new();
        NodeCodec.Write(writer, in node, new ByteWriter());
        return writer.ToArray();
    }

    private static List<Extent> Read(byte[] extents, long size)
    {
        List<Extent> read = [];
        ExtentReader reader = new(extents, size);
        while (reader.Next())
        {
            read.Add(reader.Current);
        }

        return read;
    }
}
