using SnapFs.Mount.Histories;
using SnapFs.Mount.Kinds;
using SnapFs.Mount.Stored;
using SnapFs.Trees;

namespace SnapFs.Mount.Layouts;

/// <summary>A directory, link, file or snapshot of the layout around the archived trees.</summary>
/// <remarks>The children of a directory are made when somebody first looks at it and replaced as a whole; everything else is
/// immutable but for the count of look-ups. The <see cref="VirtualTree"/> guards both.</remarks>
internal sealed class VirtualNode
{
    internal required ulong Id { get; init; }

    /// <summary>The path below the mount, empty for the root.</summary>
    internal required string Path { get; init; }

    internal required byte[] Name { get; init; }

    internal required ulong Inode { get; init; }

    internal VirtualNode? Parent { get; init; }

    /// <summary>Whether only the user who mounts may see it.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>The target of a symlink; null otherwise.</summary>
    internal byte[]? Target { get; init; }

    /// <summary>The bytes of a file; null otherwise.</summary>
    internal byte[]? Content { get; init; }

    /// <summary>The file that is made while it is read; null otherwise.</summary>
    internal ComputedFile? Computed { get; init; }

    /// <summary>The archived tree that begins here, or file that is shown here; null otherwise.</summary>
    internal SnapshotView? Snapshot { get; init; }

    /// <summary>The snapshots whose paths begin here, with all their versions or what was deleted; null otherwise.</summary>
    internal SnapshotSet? Past { get; set; }

    /// <summary>Whether what was deleted is shown of <see cref="Past"/>.</summary>
    internal bool ShowsDeleted { get; init; }

    internal bool IsDirectory { get; init; }

    /// <summary>Entries of a directory, once they are made; asked for by <see cref="VirtualTree.ChildrenOf"/>.</summary>
    internal VirtualChildren? Children { get; set; }

    /// <summary>What they will be made from.</summary>
    internal PlanNode? Plan { get; set; }

    internal Timestamp Modified { get; set; }

    /// <summary>Whether it is still part of the layout.</summary>
    internal bool IsAttached { get; set; } = true;

    internal long Lookups { get; set; }
}
