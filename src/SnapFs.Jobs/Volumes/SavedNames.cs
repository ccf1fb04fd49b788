using SnapFs.Afs.Importing;
using SnapFs.Afs.Names;
using SnapFs.Caches;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Jobs.Volumes;

/// <summary>The names of protection server ids that were saved with a volume.</summary>
internal static class SavedNames
{
    /// <summary>Reads them.</summary>
    /// <param name="frames">Where chunks come from.</param>
    /// <param name="snapshot">The snapshot of a volume, or null.</param>
    public static PtsNames Read(FrameCache frames, SnapshotHead? snapshot)
    {
        if (snapshot is null)
        {
            return PtsNames.None;
        }

        TreePageCache pages = new(frames, 0);
        if (!DirectoryCursor.TryFind(pages, snapshot.Root, VolumeLayout.Names.Span, out TreePage page, out int index, out _))
        {
            return PtsNames.None;
        }

        NodeView node = page.Node(index);
        if (node.Type != NodeType.File || node.Size > PtsNames.MaxLength)
        {
            throw new InvalidEncodingException("the saved names of a volume are no list of names");
        }

        byte[] text = new byte[node.Size];
        ContentReader.Open(frames, in node).Read(0, text);
        return PtsNames.Parse(text);
    }
}
