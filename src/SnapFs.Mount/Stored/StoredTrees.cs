using SnapFs.Caches;
using SnapFs.Mount.Owners;
using SnapFs.Mount.Reads;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>What the spaces of archived nodes share: the tables of nodes that kernels know, and how a node is shown.</summary>
internal sealed class StoredTrees
{
    /// <param name="options">What to show, and to whom.</param>
    /// <param name="frames">Where chunks come from.</param>
    /// <param name="pages">Where tree pages come from.</param>
    /// <param name="owners">Owners as this system numbers them.</param>
    internal StoredTrees(MountOptions options, FrameCache frames, ITreePages pages, OwnerMap owners)
    {
        Pages = pages;
        NextFiles = new NextFiles(frames, pages);
        Access = new AccessControl(options, frames, owners);
        Attributes = new StoredAttributes(owners, Access);
        Xattrs = new StoredXattrs(options, Access);
        Directories = new StoredDirectories(this);
        Files = new StoredFiles(frames, NextFiles);
    }

    internal ITreePages Pages { get; }

    /// <summary>The directories that were entered.</summary>
    internal SlotTable Slots { get; } = new();

    /// <summary>The files with several names that were found.</summary>
    internal LinkTable Links { get; } = new();

    internal AccessControl Access { get; }

    internal StoredAttributes Attributes { get; }

    internal StoredXattrs Xattrs { get; }

    internal StoredDirectories Directories { get; }

    internal StoredFiles Files { get; }

    internal NextFiles NextFiles { get; }

    /// <summary>The node at which a snapshot, or the part of it that is shown, begins.</summary>
    internal static ResolvedNode Top(SnapshotView snapshot) => new()
    {
        Owner = snapshot,
        Snapshot = snapshot,
        Node = snapshot.ReadTop(out TreePage? page),
        Page = page,
    };
}
