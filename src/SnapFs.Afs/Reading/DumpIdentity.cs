using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

/// <summary>What two dumps of one repository have in common if and only if they are equal byte for byte.</summary>
public static class DumpIdentity
{
    /// <summary>The identity of the dump that a snapshot was made of.</summary>
    /// <param name="snapshot">The snapshot of a volume.</param>
    /// <param name="frames">Where chunks come from.</param>
    /// <param name="pages">Where tree pages come from.</param>
    /// <exception cref="DamagedException">Its tree cannot be read.</exception>
    public static ChunkId Of(SnapshotHead snapshot, FrameCache frames, ITreePages pages)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.Dump?.Identity is { } identity)
        {
            return identity;
        }

        VolumeParts parts = new(snapshot, frames, pages);
        try
        {
            return parts.TryFind([VolumeParts.Names.Dump], out PlacedLeaf leaf, out int index)
                ? leaf.Page.Node(index).Tree.Id
                : throw new InvalidEncodingException("it has no dump");
        }
        catch (InvalidEncodingException e)
        {
            throw parts.Damaged(e);
        }
    }
}
