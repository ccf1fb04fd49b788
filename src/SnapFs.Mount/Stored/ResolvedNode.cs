using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>An archived node and where it was found.</summary>
internal ref struct ResolvedNode
{
    /// <summary>The node, decoded in place.</summary>
    internal NodeView Node;

    /// <summary>The page it lies in; null for the root of a snapshot.</summary>
    internal TreePage? Page;

    internal SnapshotView Snapshot;

    /// <summary>The slot or link its node id belongs to; the view of the snapshot for its root.</summary>
    internal object Owner;

    /// <summary>The directory it lies in; null for the root of a snapshot.</summary>
    internal LeafTable? Directory;

    /// <summary>Its place in <see cref="Directory"/>.</summary>
    internal long Ordinal;

    internal ulong Generation;
}
