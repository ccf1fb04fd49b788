using SnapFs.Binary;
using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>Encodes and decodes one node (<c>docs/format.md</c> section 7).</summary>
public static class NodeCodec
{
    /// <summary>The longest varint that a length below 2^28 takes, bytes.</summary>
    private const int MaxPrefix = 4;

    private const int MaxMode = 0xFFF;
    private const int MaxNanoseconds = 999_999_999;
    private const uint HasBirth = 1;
    private const uint HasXattrs = 2;
    private const uint HasExtents = 4;
    private const uint HasExtensions = 8;
    private const uint KnownFlags = HasBirth | HasXattrs | HasExtents | HasExtensions;

    /// <summary>Appends a node. Spans that do not belong to its type are ignored.</summary>
    /// <param name="writer">Where to append; on an exception nothing was.</param>
    /// <param name="node">The node; <see cref="NodeView.Raw"/> is not looked at.</param>
    /// <param name="scratch">A writer whose content is lost.</param>
    /// <exception cref="EncodingLimitException">No reader would take the node, or its parts contradict each other.</exception>
    public static void Write(ByteWriter writer, in NodeView node, ByteWriter scratch)
    {
        CheckLimits(in node);
        scratch.Clear();
        WriteBody(scratch, in node);
        Limit("the node", scratch.Length, TreeLimits.MaxNode - MaxPrefix);
        try
        {
            // Read back before it counts: a limit that only readers knew would show when the file was lost.
            NodeView read = ReadBody(scratch.Written);
            CheckParts(in read);
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
        {
            throw new EncodingLimitException(e.Message);
        }

        writer.LengthPrefixed(scratch.Written);
    }

    /// <summary>Decodes the node that <paramref name="data"/> begins with.</summary>
    /// <param name="data">The node and anything after it; must outlive the result.</param>
    /// <exception cref="InvalidEncodingException">The bytes are not a node.</exception>
    /// <exception cref="NewerFormatException">It has a type, flags or a form of content that are not known.</exception>
    public static NodeView Read(ReadOnlySpan<byte> data)
    {
        ByteReader reader = new(data);
        NodeView node = ReadBody(reader.LengthPrefixed(TreeLimits.MaxPage));
        node.Raw = data[..reader.Position];
        return node;
    }

    /// <summary>Says what is too long before the decoder would only say that something is.</summary>
    private static void CheckLimits(in NodeView node)
    {
        Limit("the name", node.Name.Length, TreeLimits.MaxName);
        Limit("the target", node.Target.Length, TreeLimits.MaxTarget);
        Limit("the inline data", node.Inline.Length, TreeLimits.MaxInline);
        if (node.Size < 0 || node.SubtreeEntries < 0 || node.SubtreeBytes < 0 || node.Tree.Length < 0)
        {
            throw new EncodingLimitException("a size or count is negative");
        }
    }

    private static void Limit(string what, int length, int max)
    {
        if (length > max)
        {
            throw new EncodingLimitException($"{what} has {length} bytes, more than {max}");
        }
    }

    /// <summary>Reads the lists that a node holds to their ends.</summary>
    private static void CheckParts(in NodeView node)
    {
        PartsCheck visitor = default;
        NodeReferences.Visit(in node, ref visitor);
        FieldReader extensions = new(node.Extensions);
        while (extensions.Next())
        {
        }
    }

    private static void WriteBody(ByteWriter writer, in NodeView node)
    {
        writer.LengthPrefixed(node.Name);
        writer.Byte((byte)node.Type);
        uint flags = (node.HasBirth ? HasBirth : 0)
            | (node.Xattrs.IsEmpty ? 0 : HasXattrs)
            | (node.Extents.IsEmpty || node.Type != NodeType.File ? 0 : HasExtents)
            | (node.Extensions.IsEmpty ? 0 : HasExtensions);
        writer.Varint((ulong)flags);
        writer.Varint((ulong)node.Mode);
        writer.Varint((ulong)node.UserId);
        writer.Varint((ulong)node.GroupId);
        writer.ZigZag(node.Modified.Seconds);
        writer.Varint((ulong)node.Modified.Nanoseconds);
        WriteRelative(writer, node.Changed, node.Modified);
        if (node.HasBirth)
        {
            WriteRelative(writer, node.Birth, node.Modified);
        }

        writer.Varint(node.Inode);
        writer.Varint(node.Device);
        writer.Varint((ulong)node.LinkCount);
        WriteTyped(writer, in node);
        if (!node.Xattrs.IsEmpty)
        {
            writer.LengthPrefixed(node.Xattrs);
        }

        if (!node.Extensions.IsEmpty)
        {
            writer.LengthPrefixed(node.Extensions);
        }
    }

    private static void WriteTyped(ByteWriter writer, in NodeView node)
    {
        switch (node.Type)
        {
            case NodeType.File:
                writer.Varint(node.Size);
                if (!node.Extents.IsEmpty)
                {
                    writer.LengthPrefixed(node.Extents);
                }

                writer.Byte((byte)node.ContentForm);
                if (node.ContentForm == ContentForm.Inline)
                {
                    writer.LengthPrefixed(node.Inline);
                }
                else if (node.ContentForm == ContentForm.Chunks)
                {
                    writer.LengthPrefixed(node.ChunkList);
                }

                break;
            case NodeType.Directory:
                writer.Bytes(node.Tree.Id.Span);
                writer.Varint(node.Tree.Length);
                writer.Varint(node.SubtreeEntries);
                writer.Varint(node.SubtreeBytes);
                break;
            case NodeType.Symlink:
                writer.LengthPrefixed(node.Target);
                break;
            case NodeType.CharacterDevice or NodeType.BlockDevice:
                writer.Varint(node.DeviceNumber);
                break;
            case NodeType.Fifo or NodeType.Socket:
                break;
            default:
                throw new EncodingLimitException($"{(byte)node.Type} is not a type of node");
        }
    }

    private static NodeView ReadBody(ReadOnlySpan<byte> body)
    {
        NodeView node = default;
        ByteReader reader = new(body);
        node.Name = reader.LengthPrefixed(TreeLimits.MaxName);
        CheckName(node.Name);
        node.Type = (NodeType)reader.Byte();
        uint flags = reader.VarintUInt32();
        if ((flags & ~KnownFlags) != 0)
        {
            throw new NewerFormatException("a tree", $"flags {flags:x} of a node");
        }

        node.Mode = (uint)reader.VarintInt32(MaxMode);
        node.UserId = reader.VarintUInt32();
        node.GroupId = reader.VarintUInt32();
        node.Modified = new Timestamp(reader.ZigZag(), Nanoseconds(ref reader));
        node.Changed = ReadRelative(ref reader, node.Modified);
        node.HasBirth = (flags & HasBirth) != 0;
        if (node.HasBirth)
        {
            node.Birth = ReadRelative(ref reader, node.Modified);
        }

        node.Inode = reader.Varint();
        node.Device = reader.Varint();
        node.LinkCount = reader.VarintUInt32();
        ReadTyped(ref reader, flags, ref node);
        if ((flags & HasXattrs) != 0)
        {
            node.Xattrs = reader.LengthPrefixed(TreeLimits.MaxPage);
        }

        if ((flags & HasExtensions) != 0)
        {
            node.Extensions = reader.LengthPrefixed(TreeLimits.MaxPage);
            CheckExtensions(node.Extensions);
        }

        reader.End();
        return node;
    }

    private static void ReadTyped(ref ByteReader reader, uint flags, ref NodeView node)
    {
        switch (node.Type)
        {
            case NodeType.File:
                node.Size = reader.VarintInt64();
                if ((flags & HasExtents) != 0)
                {
                    node.Extents = reader.LengthPrefixed(TreeLimits.MaxPage);
                }

                ReadContent(ref reader, ref node);
                break;
            case NodeType.Directory:
                ChunkId id = ChunkId.Read(reader.Bytes(ChunkId.Length));
                node.Tree = new ChunkRef(id, reader.VarintInt32(TreeLimits.MaxPage));
                node.SubtreeEntries = reader.VarintInt64();
                node.SubtreeBytes = reader.VarintInt64();
                break;
            case NodeType.Symlink:
                node.Target = reader.LengthPrefixed(TreeLimits.MaxTarget);
                node.Size = node.Target.Length;
                break;
            case NodeType.CharacterDevice or NodeType.BlockDevice:
                node.DeviceNumber = reader.Varint();
                break;
            case NodeType.Fifo or NodeType.Socket:
                break;
            default:
                throw new NewerFormatException("a tree", $"type {(byte)node.Type} of a node");
        }
    }

    private static void CheckExtensions(ReadOnlySpan<byte> extensions)
    {
        FieldReader fields = new(extensions);
        while (fields.Next())
        {
            if (fields.Tag != AfsNodeCodec.Tag)
            {
                fields.Unknown("a tree");
            }
        }
    }

    private static void ReadContent(ref ByteReader reader, ref NodeView node)
    {
        node.ContentForm = (ContentForm)reader.Byte();
        switch (node.ContentForm)
        {
            case ContentForm.Empty:
                break;
            case ContentForm.Inline:
                node.Inline = reader.LengthPrefixed(TreeLimits.MaxInline);
                break;
            case ContentForm.Chunks:
                node.ChunkList = reader.LengthPrefixed(TreeLimits.MaxPage);
                break;
            default:
                throw new NewerFormatException("a tree", $"form {(byte)node.ContentForm} of content");
        }
    }

    /// <summary>A name from storage becomes a path on disk, so what could leave its directory is refused.</summary>
    private static void CheckName(ReadOnlySpan<byte> name)
    {
        if (name.ContainsAny((byte)0, (byte)'/') || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
        {
            throw new InvalidEncodingException("a name holds NUL or '/', or is '.' or '..'");
        }
    }

    private static uint Nanoseconds(ref ByteReader reader) => (uint)reader.VarintInt32(MaxNanoseconds);

    private static void WriteRelative(ByteWriter writer, Timestamp time, Timestamp origin)
    {
        writer.ZigZag(unchecked(time.Seconds - origin.Seconds));
        writer.Varint((ulong)time.Nanoseconds);
    }

    private static Timestamp ReadRelative(ref ByteReader reader, Timestamp origin) =>
        new(unchecked(origin.Seconds + reader.ZigZag()), Nanoseconds(ref reader));

    /// <summary>Goes through the lists of a node; the chunks that they lead to are whoever put them's concern.</summary>
    private readonly struct PartsCheck : IReferenceVisitor
    {
        public bool Page(in ChunkRef page) => true;

        public bool Data(in ChunkRef chunk) => true;

        public bool List(in ChunkRef list, int level, out ReadOnlyMemory<byte> bytes)
        {
            bytes = default;
            return true;
        }
    }
}
