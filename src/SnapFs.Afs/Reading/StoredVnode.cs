using SnapFs.Afs.Dumps;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

/// <summary>Makes of nodes of a volume's snapshot what a dump has of a vnode.</summary>
public static class StoredVnode
{
    /// <summary>The record as it was dumped.</summary>
    /// <param name="node">A node of a volume.</param>
    /// <param name="content">Its content as that of a file: data, target or raw directory. It points into the node.</param>
    /// <exception cref="InvalidEncodingException">The node is not of a volume, or contradicts itself.</exception>
    public static VnodeRecord Read(scoped in NodeView node, out NodeView content)
    {
        if (!AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs))
        {
            throw new InvalidEncodingException("a node in the tree of the volume is not of an AFS volume");
        }

        VnodeType type = (VnodeType)afs.Type;
        content = ContentOf(in node, in afs);
        VnodeRecord record = new()
        {
            Vnode = afs.Vnode,
            Uniq = afs.Uniq,
            Fields = (VnodeFields)afs.Fields,
            Type = type,
            Links = afs.Links,
            DataVersion = afs.DataVersion,
            Modified = node.Modified.Seconds is >= 0 and <= uint.MaxValue
                ? (uint)node.Modified.Seconds
                : throw Contradiction(in afs, $"the time of modification {node.Modified.Seconds}"),
            Author = afs.Author,
            Owner = afs.Owner,
            Group = afs.Group,
            Mode = afs.Mode,
            Parent = afs.Parent,
            ServerModified = afs.ServerModified,
            AccessList = afs.AccessList.IsEmpty ? null : afs.AccessList.ToArray(),
            ContentLength = content.Size,
        };
        if (type == VnodeType.Directory != (afs.Vnode % 2 == 1))
        {
            throw Contradiction(in afs, $"a number that no {type} can have");
        }

        if (content.Size >> 62 != 0 || (content.Size != 0 && !record.HasContent))
        {
            throw Contradiction(in afs, $"{content.Size} bytes of content that cannot be");
        }

        return record;
    }

    private static NodeView ContentOf(scoped in NodeView node, scoped in AfsNode afs)
    {
        VnodeType type = (VnodeType)afs.Type;
        NodeView content = new() { Type = NodeType.File };
        switch (node.Type)
        {
            case NodeType.File when type != VnodeType.Directory:
                return node;
            case NodeType.Symlink when type == VnodeType.Symlink:
                content.Size = node.Target.Length;
                content.ContentForm = ContentForm.Inline;
                content.Inline = node.Target;
                return content;
            case NodeType.Directory when type == VnodeType.Directory:
                return NodeReferences.DirectoryContent(in afs);
            default:
                throw Contradiction(in afs, $"the type {type} in a node of type {node.Type}");
        }
    }

    private static InvalidEncodingException Contradiction(scoped in AfsNode afs, string what) =>
        new($"vnode {afs.Vnode}.{afs.Uniq} has {what}");
}
