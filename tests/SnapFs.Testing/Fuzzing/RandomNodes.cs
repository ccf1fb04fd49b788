using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Testing.Fuzzing;

/// <summary>Nodes of every type with every optional part, for property tests.</summary>
public static class RandomNodes
{
    private static readonly NodeType[] Types = Enum.GetValues<NodeType>();

    /// <summary>A node whose spans are on the heap.</summary>
    public static NodeView Node(this Random random, byte[] name)
    {
        ArgumentNullException.ThrowIfNull(random);
        NodeView node = default;
        node.Name = name;
        node.Type = Types[random.Next(Types.Length)];
        node.Mode = (uint)random.Next(0x1000);
        node.UserId = random.Number32();
        node.GroupId = random.Number32();
        node.Modified = random.Time();
        node.Changed = random.Next(2) == 0 ? node.Modified : random.Time();
        node.HasBirth = random.Next(2) == 0;
        node.Birth = node.HasBirth ? random.Time() : default;
        node.Inode = random.Number64();
        node.Device = random.Number64();
        node.LinkCount = random.Number32();
        node.Xattrs = random.Next(3) == 0 ? random.Xattrs() : default;
        node.Extensions = random.Next(4) == 0 ? random.Extensions() : default;
        switch (node.Type)
        {
            case NodeType.File:
                random.FillFile(ref node);
                break;
            case NodeType.Directory:
                node.Tree = new ChunkRef(random.ChunkId(), random.Next(TreeLimits.MaxPage + 1));
                node.SubtreeEntries = random.NextInt64(long.MaxValue);
                node.SubtreeBytes = random.NextInt64(1000);
                break;
            case NodeType.Symlink:
                node.Target = random.Bytes(random.Next(50) == 0 ? TreeLimits.MaxTarget : 60);
                node.Size = node.Target.Length;
                break;
            case NodeType.CharacterDevice or NodeType.BlockDevice:
                node.DeviceNumber = random.Number64();
                break;
            default:
                break;
        }

        return node;
    }

    /// <summary>A raw name as the format allows it.</summary>
    public static byte[] RawName(this Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        while (true)
        {
            byte[] name = random.BytesOf(random.Next(1, random.Next(4) == 0 ? TreeLimits.MaxName + 1 : 24));
            for (int i = 0; i < name.Length; i++)
            {
                name[i] = name[i] is 0 or (byte)'/' ? (byte)'x' : name[i];
            }

            if (!name.AsSpan().SequenceEqual("."u8) && !name.AsSpan().SequenceEqual(".."u8))
            {
                return name;
            }
        }
    }

    /// <summary>A random id.</summary>
    public static ChunkId ChunkId(this Random random) => Chunks.ChunkId.Read(random.BytesOf(Chunks.ChunkId.Length));

    /// <summary>A content of any form, with and without holes, whose parts add up.</summary>
    private static void FillFile(this Random random, ref NodeView node)
    {
        ByteWriter writer = new();
        long length = 0;
        node.ContentForm = (ContentForm)random.Next(3);
        if (node.ContentForm == ContentForm.Inline)
        {
            node.Inline = random.Bytes(random.Next(50) == 0 ? TreeLimits.MaxInline : 300);
            length = node.Inline.Length;
        }
        else if (node.ContentForm == ContentForm.Chunks)
        {
            ChunkRef[] chunks = new ChunkRef[random.Next(1, 6)];
            for (int i = 0; i < chunks.Length; i++)
            {
                chunks[i] = new ChunkRef(random.ChunkId(), random.Next(1, int.MaxValue));
                length += chunks[i].Length;
            }

            ChunkListReader.Write(writer, random.Next(TreeLimits.MaxLevels + 1), chunks);
            node.ChunkList = writer.ToArray();
            writer.Clear();
        }

        node.Size = length;
        if (random.Next(3) == 0)
        {
            long gap = random.NextInt64(1, long.MaxValue / 4) >> random.Next(62);
            ExtentReader.Write(writer, length switch
            {
                0 => [],
                1 => [new Extent(gap, 1)],
                _ => [new Extent(gap, length - 1), new Extent((2 * gap) + length, 1)],
            });
            node.Extents = writer.ToArray();
            node.Size = random.NextInt64((2 * gap) + length + 1, long.MaxValue);
        }
    }

    private static byte[] Xattrs(this Random random)
    {
        ByteWriter writer = new();
        for (int left = random.Next(1, 4); left > 0; left--)
        {
            byte[] name = [.. "user."u8, (byte)('z' - left)];
            if (random.Next(3) == 0)
            {
                XattrReader.Write(writer, name, new ChunkRef(random.ChunkId(), random.Next(1, TreeLimits.MaxXattrValue + 1)));
            }
            else
            {
                XattrReader.Write(writer, name, random.Bytes(TreeLimits.MaxInlineXattr));
            }
        }

        return writer.ToArray();
    }

    private static byte[] Extensions(this Random random)
    {
        ByteWriter writer = new();
        FieldWriter fields = new(writer);
        fields.Bytes(2, random.Bytes(20));
        fields.Number(6, random.Number64());
        return writer.ToArray();
    }

    /// <summary>Before 1970, after 2106, at the ends of what 64 bits hold.</summary>
    private static Timestamp Time(this Random random) => new(
        random.Next(4) switch
        {
            0 => random.NextInt64(long.MinValue, long.MaxValue),
            1 => random.Next(2) == 0 ? long.MinValue : long.MaxValue,
            _ => random.NextInt64(-1_000_000_000, 5_000_000_000),
        },
        (uint)random.Next(1_000_000_000));

    private static uint Number32(this Random random) => unchecked((uint)random.Number64());

    /// <summary>Of any magnitude, not mostly near 2^64.</summary>
    private static ulong Number64(this Random random) =>
        unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue)) >> random.Next(64);
}
