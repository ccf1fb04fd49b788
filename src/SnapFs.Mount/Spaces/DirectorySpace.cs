using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;

namespace SnapFs.Mount.Spaces;

/// <summary>The entries of archived directories: the upper half of an id is the slot of the directory, the lower the entry.
/// </summary>
internal sealed class DirectorySpace(StoredTrees trees) : StoredSpace(trees)
{
    /// <inheritdoc/>
    internal override ulong ParentOf(ulong nodeId) => SlotOf(nodeId)?.NodeId ?? 0;

    /// <inheritdoc/>
    internal override void AddLookup(ulong nodeId)
    {
        if (SlotOf(nodeId) is { } slot)
        {
            Trees.Slots.AddLookup(slot);
        }
    }

    /// <inheritdoc/>
    internal override void Forget(ulong nodeId, long count) => Trees.Slots.Forget(NodeIds.SlotOf(nodeId), count);

    /// <inheritdoc/>
    internal override string NameOf(ulong nodeId, out ulong above)
    {
        if (Resolve(nodeId, out ResolvedNode resolved) != MountStatus.Done)
        {
            above = 0;
            return Unnamed(nodeId);
        }

        above = ((DirectorySlot)resolved.Owner).NodeId; // Resolve put it there
        return Printable(resolved.Node.Name);
    }

    private protected override MountStatus Resolve(ulong nodeId, out ResolvedNode resolved)
    {
        resolved = default;
        if (SlotOf(nodeId) is not { } slot)
        {
            return MountStatus.Stale;
        }

        resolved.Owner = slot;
        resolved.Snapshot = slot.Snapshot;
        resolved.Directory = slot.Leaves;
        resolved.Ordinal = NodeIds.OrdinalOf(nodeId);
        resolved.Generation = slot.Generation;
        return ResolveEntry(ref resolved);
    }

    private protected override object? OwnerOf(ulong nodeId) => SlotOf(nodeId);

    private DirectorySlot? SlotOf(ulong nodeId) => Trees.Slots.Find(NodeIds.SlotOf(nodeId));
}
