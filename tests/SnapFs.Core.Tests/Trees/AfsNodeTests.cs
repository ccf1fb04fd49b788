using SnapFs.Binary;
using SnapFs.Testing;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Trees;

public sealed class AfsNodeTests
{
    [Fact]
    public void What_only_a_dump_has_comes_back() => Seeds.ForEach(2000, random =>
    {
        byte[] accessList = random.Next(3) == 0 ? [] : random.BytesOf(AfsNode.AccessListLength);
        byte[] content = random.Next(3) == 0 ? [] : random.BytesOf(random.Next(1, 200));
        AfsNode node = Node(random, accessList, content);
        byte[] extensions = Encode(in node);

        Assert.True(AfsNodeCodec.TryRead(extensions, out AfsNode read));

        Assert.Equal((node.Vnode, node.Uniq, node.Type, node.Fields), (read.Vnode, read.Uniq, read.Type, read.Fields));
        Assert.Equal((node.Links, node.DataVersion, node.Mode), (read.Links, read.DataVersion, read.Mode));
        Assert.Equal((node.Author, node.Owner, node.Group), (read.Author, read.Owner, read.Group));
        Assert.Equal((node.Parent, node.ServerModified), (read.Parent, read.ServerModified));
        Assert.Equal(node.DirectoryLength, read.DirectoryLength);
        Assert.Equal(node.AccessList, read.AccessList);
        Assert.Equal(node.DirectoryContent, read.DirectoryContent);
        Assert.Equal(extensions, Encode(in read));
    });

    [Fact]
    public void Hostile_bytes_are_refused_or_read_and_nothing_else() => Seeds.ForEach(3000, random =>
    {
        AfsNode node = Node(random, random.BytesOf(AfsNode.AccessListLength), random.BytesOf(20));
        byte[] extensions = Encode(in node);
        int place = random.Next(extensions.Length);
        extensions[place] ^= (byte)random.Next(1, 256);
        byte[] cut = extensions[..random.Next(extensions.Length + 1)];
        try
        {
            if (AfsNodeCodec.TryRead(cut, out AfsNode read))
            {
                Encode(in read);
            }
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
        {
        }
    });

    [Fact]
    public void A_node_of_another_origin_is_told_apart() =>
        Assert.False(AfsNodeCodec.TryRead([2, 0, 6, 1, 7], out _));

    [Fact]
    public void What_no_reader_would_take_is_not_written()
    {
        Assert.Throws<EncodingLimitException>(() => Encode(new AfsNode { Type = 1 }));
        Assert.Throws<EncodingLimitException>(() => Encode(new AfsNode { Vnode = 2, Type = 4 }));
        Assert.Throws<EncodingLimitException>(() => Encode(new AfsNode { Vnode = 1, Type = 2, AccessList = new byte[191] }));
        Assert.Throws<EncodingLimitException>(() => Encode(new AfsNode { Vnode = 1, Type = 2, DirectoryLength = 1 }));
        Assert.Throws<EncodingLimitException>(() => Encode(new AfsNode { Vnode = 2, Type = 1, AccessList = new byte[192] }));
    }

    private static AfsNode Node(Random random, ReadOnlySpan<byte> accessList, ReadOnlySpan<byte> content)
    {
        AfsNode node = new()
        {
            Vnode = (uint)random.NextInt64(1, 1L << 32),
            Uniq = (uint)random.NextInt64(1L << 32),
            Type = (byte)random.Next(1, 4),
            Fields = (ushort)random.Next(0x1000),
            Links = (ushort)random.Next(0x10000),
            DataVersion = (uint)random.NextInt64(1L << 32),
            Author = random.Next(int.MinValue, int.MaxValue),
            Owner = random.Next(int.MinValue, int.MaxValue),
            Group = (uint)random.NextInt64(1L << 32),
            Mode = (ushort)random.Next(0x10000),
            Parent = (uint)random.NextInt64(1L << 32),
            ServerModified = (uint)random.NextInt64(1L << 32),
        };
        if (node.Type == 2)
        {
            node.AccessList = accessList;
            node.DirectoryContent = content;
            node.DirectoryLength = content.IsEmpty ? 0 : random.NextInt64(1, long.MaxValue);
        }

        return node;
    }

    private static byte[] Encode(in AfsNode node)
    {
        ByteWriter extensions = new();
        AfsNodeCodec.Write(extensions, in node, new ByteWriter());
        return extensions.ToArray();
    }
}
