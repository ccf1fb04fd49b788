using SnapFs.Binary;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>A directory of which the nodes come in any order. Small: all are kept.</summary>
internal sealed class RootDirectory(uint mode, Timestamp time)
{
    private readonly SortedDictionary<string, byte[]> _nodes = new(StringComparer.Ordinal);

    /// <summary>Adds a node under a name of ASCII letters.</summary>
    public void Add(ReadOnlySpan<byte> name, ref NodeView node)
    {
        node.Name = name;
        ByteWriter writer = new();
        NodeCodec.Write(writer, in node, new ByteWriter());
        _nodes.Add(System.Text.Encoding.ASCII.GetString(name), writer.ToArray());
    }

    /// <summary>Adds a directory.</summary>
    public void Add(ReadOnlySpan<byte> name, SubtreeTotals totals)
    {
        NodeView node = Node(NodeType.Directory, mode);
        totals.Apply(ref node);
        Add(name, ref node);
    }

    /// <summary>Adds a file.</summary>
    public void Add(ReadOnlySpan<byte> name, ChunkedFile file)
    {
        NodeView node = Node(NodeType.File, mode & 0x1B6); // without x
        ByteWriter content = new();
        file.Finish(ref node, content);
        Add(name, ref node);
    }

    /// <summary>A node as made-up files and directories have it.</summary>
    public NodeView Node(NodeType type, uint permissions) => new()
    {
        Type = type,
        Mode = permissions,
        Modified = time,
        Changed = time,
        LinkCount = 1,
    };

    /// <summary>Stores the directory.</summary>
    public SubtreeTotals Finish(IOwnerNames owners, DirectoryEncoder.PutPage put)
    {
        DirectoryEncoder encoder = new(owners, put);
        SubtreeTotals totals = default;
        foreach (byte[] raw in _nodes.Values)
        {
            NodeView node = NodeCodec.Read(raw);
            encoder.AddUnchanged(in node);
            totals = totals.Plus(in node);
        }

        return totals with { Page = encoder.Finish() };
    }
}
