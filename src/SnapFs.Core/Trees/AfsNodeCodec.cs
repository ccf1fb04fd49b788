using SnapFs.Binary;

namespace SnapFs.Trees;

/// <summary>Encodes and decodes the extension field of nodes of AFS volumes (<c>docs/format.md</c> section 7.5).</summary>
public static class AfsNodeCodec
{
    /// <summary>Tag of the field among the extensions of a node; odd, as it names chunks.</summary>
    public const ulong Tag = 3;

    private const string Subject = "a tree";
    private const byte FileType = 1;
    private const byte DirectoryType = 2;
    private const byte SymlinkType = 3;
    private const int MaxFields = 0xFFF;

    /// <summary>Appends the field to a list of extensions.</summary>
    /// <param name="extensions">The list; tags below <see cref="Tag"/> may be in it.</param>
    /// <param name="node">What to write.</param>
    /// <param name="scratch">A writer whose content is lost.</param>
    /// <exception cref="EncodingLimitException">No reader would take it.</exception>
    public static void Write(ByteWriter extensions, in AfsNode node, ByteWriter scratch)
    {
        ArgumentNullException.ThrowIfNull(extensions);
        ArgumentNullException.ThrowIfNull(scratch);
        if (!IsSound(in node))
        {
            throw new EncodingLimitException("the type, fields, access list or content of a vnode cannot be");
        }

        scratch.Clear();
        scratch.Varint((ulong)node.Vnode);
        scratch.Varint((ulong)node.Uniq);
        scratch.Byte(node.Type);
        scratch.Varint((ulong)node.Fields);
        scratch.Varint((ulong)node.Links);
        scratch.Varint((ulong)node.DataVersion);
        scratch.ZigZag(node.Author);
        scratch.ZigZag(node.Owner);
        scratch.Varint((ulong)node.Group);
        scratch.Varint((ulong)node.Mode);
        scratch.Varint((ulong)node.Parent);
        scratch.Varint((ulong)node.ServerModified);
        if (node.Type == DirectoryType)
        {
            scratch.LengthPrefixed(node.AccessList);
            scratch.Varint(node.DirectoryLength);
            scratch.LengthPrefixed(node.DirectoryContent);
        }

        new FieldWriter(extensions).Bytes(Tag, scratch.Written);
    }

    /// <summary>Finds and decodes the field.</summary>
    /// <param name="extensions"><see cref="NodeView.Extensions"/>; must outlive the result.</param>
    /// <param name="node">What was found.</param>
    /// <returns>False if the node is not of an AFS volume.</returns>
    /// <exception cref="InvalidEncodingException">The bytes are not that field.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    public static bool TryRead(ReadOnlySpan<byte> extensions, out AfsNode node)
    {
        node = default;
        FieldReader fields = new(extensions);
        while (fields.Next())
        {
            if (fields.Tag == Tag)
            {
                node = ReadValue(fields.Value);
                return true;
            }
        }

        return false;
    }

    private static AfsNode ReadValue(ReadOnlySpan<byte> value)
    {
        AfsNode node = default;
        ByteReader reader = new(value);
        node.Vnode = reader.VarintUInt32();
        node.Uniq = reader.VarintUInt32();
        node.Type = reader.Byte();
        uint fields = reader.VarintUInt32();
        if (node.Type is not (FileType or DirectoryType or SymlinkType))
        {
            throw new NewerFormatException(Subject, $"vnode type {node.Type}");
        }

        node.Fields = fields <= MaxFields
            ? (ushort)fields
            : throw new NewerFormatException(Subject, $"vnode fields {fields:x}");
        node.Links = (ushort)reader.VarintInt32(ushort.MaxValue);
        node.DataVersion = reader.VarintUInt32();
        node.Author = Id(ref reader);
        node.Owner = Id(ref reader);
        node.Group = reader.VarintUInt32();
        node.Mode = (ushort)reader.VarintInt32(ushort.MaxValue);
        node.Parent = reader.VarintUInt32();
        node.ServerModified = reader.VarintUInt32();
        if (node.Type == DirectoryType)
        {
            node.AccessList = reader.LengthPrefixed(AfsNode.AccessListLength);
            node.DirectoryLength = reader.VarintInt64();
            node.DirectoryContent = reader.LengthPrefixed(TreeLimits.MaxPage);
        }

        reader.End();
        return IsSound(in node)
            ? node
            : throw new InvalidEncodingException("the type, fields, access list or content of a vnode cannot be");
    }

    private static bool IsSound(in AfsNode node) =>
        node.Vnode != 0
        && node.Type is FileType or DirectoryType or SymlinkType
        && node.Fields <= MaxFields
        && node.AccessList.Length is 0 or AfsNode.AccessListLength
        && (node.DirectoryLength == 0) == node.DirectoryContent.IsEmpty
        && (node.Type == DirectoryType || (node.AccessList.IsEmpty && node.DirectoryContent.IsEmpty));

    private static int Id(ref ByteReader reader)
    {
        long id = reader.ZigZag();
        return id is >= int.MinValue and <= int.MaxValue
            ? (int)id
            : throw new InvalidEncodingException($"the protection server id {id} exceeds 32 bits");
    }
}
