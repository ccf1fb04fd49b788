using SnapFs.Mount.Stored;

namespace SnapFs.Mount.Spaces;

/// <summary>Files with several names: one node whatever name it was found by.</summary>
internal sealed class LinkSpace(StoredTrees trees) : StoredSpace(trees)
{
    /// <inheritdoc/>
    internal override ulong ParentOf(ulong nodeId) => 0;

    /// <inheritdoc/>
    internal override void AddLookup(ulong nodeId) => Trees.Links.AddLookup(nodeId);

    /// <inheritdoc/>
    internal override void Forget(ulong nodeId, long count) => Trees.Links.Forget(nodeId, count);

    /// <inheritdoc/>
    internal override string NameOf(ulong nodeId, out ulong above)
    {
        above = 0;
        return Resolve(nodeId, out ResolvedNode resolved) == MountStatus.Done
            ? "…/" + Printable(resolved.Node.Name) // it knows its directory's content, not its path
            : Unnamed(nodeId);
    }

    private protected override MountStatus Resolve(ulong nodeId, out ResolvedNode resolved)
    {
        resolved = default;
        if (Trees.Links.Find(nodeId) is not { } file)
        {
            return MountStatus.Stale;
        }

        resolved.Owner = file;
        resolved.Snapshot = file.Key.Snapshot;
        resolved.Directory = file.Directory;
        resolved.Ordinal = file.Ordinal;
        resolved.Generation = file.Generation;
        return ResolveEntry(ref resolved);
    }

    private protected override object? OwnerOf(ulong nodeId) => Trees.Links.Find(nodeId);
}
