using SnapFs.Afs.Dumps;
using SnapFs.Trees;

namespace SnapFs.Afs.Nodes;

/// <summary>Turns records of vnodes into what nodes keep of them, and back.</summary>
public static class VnodeNodes
{
    /// <summary>The longest target that Linux can hold, bytes.</summary>
    public const int MaxTarget = 4095;

    /// <summary>The record as it was dumped, but for the order of its fields and those unknown.</summary>
    /// <param name="node">A node of a volume.</param>
    /// <param name="afs">Its extension.</param>
    public static VnodeRecord RecordOf(in NodeView node, in AfsNode afs) => new()
    {
        Vnode = afs.Vnode,
        Uniq = afs.Uniq,
        Fields = (VnodeFields)afs.Fields,
        Type = (VnodeType)afs.Type,
        Links = afs.Links,
        DataVersion = afs.DataVersion,
        Modified = unchecked((uint)node.Modified.Seconds),
        Author = afs.Author,
        Owner = afs.Owner,
        Group = afs.Group,
        Mode = afs.Mode,
        Parent = afs.Parent,
        ServerModified = afs.ServerModified,
        AccessList = afs.AccessList.IsEmpty ? null : afs.AccessList.ToArray(),
        ContentLength = node.Type == NodeType.Directory ? afs.DirectoryLength : node.Size,
    };

    /// <summary>What the extension of a node keeps of a record; the content of a directory is left to the caller.</summary>
    public static AfsNode ExtensionOf(in VnodeRecord record) => new()
    {
        Vnode = record.Vnode,
        Uniq = record.Uniq,
        Fields = (ushort)record.Fields,
        Type = (byte)record.Type,
        Links = record.Links,
        DataVersion = record.DataVersion,
        Author = record.Author,
        Owner = record.Owner,
        Group = record.Group,
        Mode = record.Mode,
        Parent = record.Parent,
        ServerModified = record.ServerModified,
        AccessList = record.Type == VnodeType.Directory ? record.AccessList : default,
    };

    /// <summary>Whether a symlink may have this target; the node of one that may not is a file.</summary>
    public static bool IsTarget(ReadOnlySpan<byte> content) =>
        content.Length is > 0 and <= MaxTarget && !content.Contains((byte)0);
}
