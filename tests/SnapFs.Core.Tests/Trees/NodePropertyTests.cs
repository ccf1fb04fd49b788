using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Testing;
using SnapFs.Testing.Fuzzing;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Trees;

/// <summary>What an encoder accepts a decoder reads back equal, and what it does not accept it says of that node alone.</summary>
public sealed class NodePropertyTests
{
    [Fact]
    public void A_name_of_any_bytes_comes_back_or_is_refused_for_that_node_alone() => Seeds.ForEach(2000, random =>
    {
        byte[] name = random.BytesOf(random.Next(4) switch
        {
            0 => random.Next(1, 4),
            1 => random.Next(1, 1100),
            2 => random.Next(TreeLimits.MaxName - 5, TreeLimits.MaxName + 5),
            _ => random.Next(1, 30),
        });
        if (random.Next(3) > 0)
        {
            Replace(name, 0, (byte)'/');
        }
        else if (random.Next(4) == 0)
        {
            name = random.Next(2) == 0 ? "."u8.ToArray() : ".."u8.ToArray();
        }

        bool isName = name.Length <= TreeLimits.MaxName
            && !name.AsSpan().ContainsAny((byte)0, (byte)'/')
            && !name.AsSpan().SequenceEqual("."u8)
            && !name.AsSpan().SequenceEqual(".."u8);
        NodeView node = random.Node(name);
        ByteWriter writer = new();
        writer.Byte(7);
        if (isName)
        {
            NodeCodec.Write(writer, in node, new ByteWriter());
            Assert.Equal(name, NodeCodec.Read(writer.Written[1..]).Name.ToArray());
        }
        else
        {
            RefusesNode(writer, in node);
            Assert.Equal(1, writer.Length);
        }
    });

    [Theory]
    [InlineData(1, 65_536)]
    [InlineData(1_000, 512)]
    [InlineData(8_192, 512)]
    [InlineData(8_192, 513)]
    [InlineData(8_192, 33)]
    [InlineData(8_192, 32)]
    [InlineData(8_192, 0)]
    public void Any_attributes_that_Linux_can_give_come_back_beside_other_files(int count, int valueLength)
    {
        Assert.InRange(count * 8, 0, 65_536); // names with their ends: what listxattr gives at most
        ByteWriter xattrs = new();
        for (int i = 0; i < count; i++)
        {
            byte[] name = [.. "user."u8, (byte)(0x30 + (i >> 7)), (byte)(0x80 + (i & 0x7F))];
            if (TreeLimits.IsXattrInline(valueLength, xattrs.Length))
            {
                XattrReader.Write(xattrs, name, new byte[valueLength]);
            }
            else
            {
                XattrReader.Write(xattrs, name, new ChunkRef(default, valueLength));
            }
        }

        NodeView large = new() { Name = "m"u8, Type = NodeType.Fifo, Xattrs = xattrs.Written };
        AssertWalksBack(3000, large);
    }

    [Fact]
    public void A_node_too_large_for_any_page_is_refused_and_its_neighbours_are_kept()
    {
        PageStore pages = new();
        DirectoryEncoder encoder = new(pages, pages.Put);
        byte[] attribute = XattrOf(TreeLimits.MaxXattrValue);
        byte[] many = [.. Enumerable.Repeat(attribute, 50).SelectMany(one => one)];
        encoder.Add(new NodeView { Name = "a"u8, Type = NodeType.Fifo });
        EncodingLimitException e = Assert.Throws<EncodingLimitException>(
            () => encoder.Add(new NodeView { Name = "b"u8, Type = NodeType.Fifo, Xattrs = many }));
        Assert.Contains("more than 3145", e.Message, StringComparison.Ordinal);
        encoder.Add(new NodeView { Name = "c"u8, Type = NodeType.Fifo });

        Assert.Equal(["a", "c"], Names(pages, encoder.Finish()));
    }

    [Fact]
    public void The_largest_nodes_that_are_accepted_come_back_from_pages_that_readers_take()
    {
        byte[] attribute = XattrOf(TreeLimits.MaxXattrValue - 1);
        byte[] many = [.. Enumerable.Repeat(attribute, 47).SelectMany(one => one)];
        Assert.InRange(many.Length, TreeLimits.MaxNode - (2 * attribute.Length), TreeLimits.MaxNode);
        AssertWalksBack(3000, new NodeView { Name = "m"u8, Type = NodeType.Fifo, Xattrs = many });
    }

    [Fact]
    public void Access_lists_that_name_ever_more_owners_leave_pages_that_readers_take()
    {
        PageStore pages = new();
        DirectoryEncoder encoder = new(new LongNames(), pages.Put);
        uint id = 0;
        for (int i = 0; i < 2000; i++)
        {
            ByteWriter list = new();
            list.UInt32(2);
            for (int entry = 0; entry < 63; entry++)
            {
                list.UInt16(entry % 2 == 0 ? (ushort)2 : (ushort)8);
                list.UInt16(4);
                list.UInt32(++id);
            }

            ByteWriter xattrs = new();
            XattrReader.Write(xattrs, "system.posix_acl_access"u8, list.Written);
            byte[] name = [(byte)(1 + (i / 200)), (byte)(50 + (i % 200))];
            encoder.Add(new NodeView { Name = name, Type = NodeType.Fifo, Xattrs = xattrs.Written });
        }

        Assert.Equal(2000, Names(pages, encoder.Finish()).Count);
        Assert.All(pages.Pages.Values, page => Assert.InRange(page.Length, 1, 2 * TreeLimits.PageSplitMax));
    }

    [Fact]
    public void Directories_of_any_nodes_come_back_equal() => Seeds.ForEach(30, random =>
    {
        SortedDictionary<byte[], byte[]> added = new(RawNameOrder.Instance);
        for (int i = random.Next(600); i > 0; i--)
        {
            byte[] name = random.RawName();
            NodeView node = random.Node(name);
            ByteWriter writer = new();
            NodeCodec.Write(writer, in node, new ByteWriter());
            added[name] = writer.ToArray();
        }

        PageStore pages = new();
        DirectoryEncoder encoder = new(pages, pages.Put);
        foreach (byte[] node in added.Values)
        {
            NodeView view = NodeCodec.Read(node);
            encoder.Add(in view);
        }

        DirectoryCursor cursor = new(pages, encoder.Finish());
        foreach (byte[] node in added.Values)
        {
            Assert.True(cursor.Next());
            Assert.Equal(node, cursor.Node.Raw.ToArray());
        }

        Assert.False(cursor.Next());
    });

    /// <summary>Puts a node among small ones and finds all of them again.</summary>
    private static void AssertWalksBack(int others, in NodeView large)
    {
        PageStore pages = new();
        DirectoryEncoder encoder = new(pages, pages.Put);
        byte[] xattrs = large.Xattrs.ToArray();
        for (int i = 0; i < others; i++)
        {
            encoder.Add(new NodeView { Name = System.Text.Encoding.ASCII.GetBytes($"a{i:D5}"), Type = NodeType.Fifo });
        }

        encoder.Add(in large);
        encoder.Add(new NodeView { Name = "z"u8, Type = NodeType.Fifo });
        ChunkRef root = encoder.Finish();

        Assert.All(pages.Pages.Values, page => Assert.InRange(page.Length, 1, TreeLimits.MaxPage));
        Assert.Equal(others + 2, Names(pages, root).Count);
        Assert.True(DirectoryCursor.TryFind(pages, in root, large.Name, out TreePage found, out int index, out _));
        Assert.Equal(xattrs, found.Node(index).Xattrs.ToArray());
    }

    private static void RefusesNode(ByteWriter writer, in NodeView node)
    {
        try
        {
            NodeCodec.Write(writer, in node, new ByteWriter());
        }
        catch (EncodingLimitException)
        {
            return;
        }

        Assert.Fail($"a name of {node.Name.Length} bytes was accepted");
    }

    private static byte[] XattrOf(int valueLength)
    {
        ByteWriter writer = new();
        XattrReader.Write(writer, "user.a"u8, new byte[valueLength]);
        return writer.ToArray();
    }

    private static void Replace(byte[] name, params byte[] bad)
    {
        for (int i = 0; i < name.Length; i++)
        {
            name[i] = bad.Contains(name[i]) ? (byte)'x' : name[i];
        }
    }

    private static List<string> Names(PageStore pages, ChunkRef root)
    {
        List<string> names = [];
        DirectoryCursor cursor = new(pages, in root);
        while (cursor.Next())
        {
            names.Add(System.Text.Encoding.Latin1.GetString(cursor.Node.Name));
        }

        return names;
    }

    private sealed class LongNames : IOwnerNames
    {
        private readonly byte[] _name = new byte[TreeLimits.MaxWrittenName];

        public ReadOnlySpan<byte> UserName(uint id) => _name;

        public ReadOnlySpan<byte> GroupName(uint id) => _name;
    }
}
