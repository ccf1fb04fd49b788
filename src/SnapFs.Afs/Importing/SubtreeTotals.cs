using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>A directory that was written: its root page and what is below it.</summary>
/// <param name="Page">The page.</param>
/// <param name="Entries">Nodes below, at any depth.</param>
/// <param name="Bytes">Sum of the sizes of the files below.</param>
internal readonly record struct SubtreeTotals(ChunkRef Page, long Entries, long Bytes)
{
    /// <summary>Whether something was written.</summary>
    public bool IsThere => Page.Length > 0;

    /// <summary>These and a node more with what is below it.</summary>
    public SubtreeTotals Plus(in NodeView node)
    {
        bool isDirectory = node.Type == NodeType.Directory;
        return this with
        {
            Entries = Entries + 1 + (isDirectory ? node.SubtreeEntries : 0),
            Bytes = Bytes + (isDirectory ? node.SubtreeBytes : node.Type == NodeType.File ? node.Size : 0),
        };
    }

    /// <summary>Makes this what is below a node.</summary>
    public void Apply(ref NodeView node)
    {
        node.Tree = Page;
        node.SubtreeEntries = Entries;
        node.SubtreeBytes = Bytes;
    }
}
