using System.Text;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Reads;
using SnapFs.Mount.Stored;
using SnapFs.Trees;

namespace SnapFs.Mount.Spaces;

/// <summary>Nodes that lie in the tree of a snapshot. How one is found by its id is all that differs.</summary>
internal abstract class StoredSpace : NodeSpace
{
    private readonly SlotTable.Opener _open;

    private protected StoredSpace(StoredTrees trees)
    {
        Trees = trees;
        _open = Open;
    }

    /// <inheritdoc/>
    internal override CacheLifetime Lifetime => CacheLifetime.Forever;

    private protected StoredTrees Trees { get; }

    /// <inheritdoc/>
    internal override MountStatus Lookup(ulong parent, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        if (Trees.Slots.Enter(parent, _open) is not { } slot)
        {
            entry = default;
            return WhyNotADirectory(parent);
        }

        long returned = 0;
        try
        {
            return Trees.Directories.Lookup(slot, name, caller, ref returned, out entry);
        }
        finally
        {
            Trees.Slots.Leave(slot, returned);
        }
    }

    /// <inheritdoc/>
    internal override MountStatus List<TSink>(ulong nodeId, ulong from, bool withNodes, uint caller, ref TSink sink)
    {
        if (Trees.Slots.Enter(nodeId, _open) is not { } slot)
        {
            return WhyNotADirectory(nodeId);
        }

        long returned = 0;
        try
        {
            if (Dots.Add(slot.Inode, InodeAbove(slot), from, ref sink))
            {
                Trees.Directories.List(slot, Dots.Skip(from), withNodes, ref sink, ref returned);
            }

            return MountStatus.Done;
        }
        finally
        {
            Trees.Slots.Leave(slot, returned);
        }
    }

    /// <inheritdoc/>
    internal override MountStatus Describe(ulong nodeId, out NodeEntry entry)
    {
        MountStatus status = Resolve(nodeId, out ResolvedNode resolved);
        entry = default;
        if (status == MountStatus.Done)
        {
            NodeAttributes attributes = Trees.Attributes.Of(in resolved, out CacheLifetime lifetime);
            entry = new NodeEntry(nodeId, resolved.Generation, lifetime, in attributes);
        }

        return status;
    }

    /// <inheritdoc/>
    internal override MountStatus ReadLink(ulong nodeId, out ReadOnlySpan<byte> target)
    {
        target = default;
        MountStatus status = Resolve(nodeId, out ResolvedNode resolved);
        if (status != MountStatus.Done)
        {
            return status;
        }

        target = resolved.Node.Target;
        return resolved.Node.Type == NodeType.Symlink ? MountStatus.Done : MountStatus.Invalid;
    }

    /// <inheritdoc/>
    internal override MountStatus GetXattr(ulong nodeId, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        MountStatus status = Resolve(nodeId, out ResolvedNode resolved);
        return status == MountStatus.Done ? Trees.Xattrs.Get(in resolved, name, out value) : status;
    }

    /// <inheritdoc/>
    internal override MountStatus ListXattrs(ulong nodeId, out ReadOnlySpan<byte> names)
    {
        names = default;
        MountStatus status = Resolve(nodeId, out ResolvedNode resolved);
        return status == MountStatus.Done ? Trees.Xattrs.List(in resolved, out names) : status;
    }

    /// <inheritdoc/>
    internal override MountStatus Read<TSink>(ulong nodeId, long offset, int length, ref TSink sink)
    {
        MountStatus status = Open(nodeId, out OpenFile? file);
        if (file is null)
        {
            return status;
        }

        Trees.Files.Read(file, offset, length, ref sink);
        return MountStatus.Done;
    }

    /// <inheritdoc/>
    internal override MountStatus Seek(ulong nodeId, long offset, bool forData, out long result)
    {
        result = 0;
        MountStatus status = Open(nodeId, out OpenFile? file);
        if (file is null)
        {
            return status;
        }

        result = offset < 0 ? -1 : forData ? file.Content.NextData(offset) : file.Content.NextHole(offset);
        return result < 0 ? MountStatus.PastTheEnd : MountStatus.Done;
    }

    /// <summary>The inode number of the directory above one.</summary>
    private protected virtual ulong InodeAbove(DirectorySlot slot) => slot.Parent?.Inode ?? slot.Inode;

    /// <summary>Finds a node by its id.</summary>
    private protected abstract MountStatus Resolve(ulong nodeId, out ResolvedNode resolved);

    /// <summary>What <see cref="ResolvedNode.Owner"/> of a node is; null for one that is not known. Ids are used again, these
    /// objects are not.</summary>
    private protected abstract object? OwnerOf(ulong nodeId);

    /// <summary>Completes what is known of an entry of a directory.</summary>
    private protected MountStatus ResolveEntry(ref ResolvedNode resolved)
    {
        if (resolved.Ordinal < 0 || resolved.Ordinal >= resolved.Directory!.Total) // set together with the ordinal
        {
            return MountStatus.Stale;
        }

        resolved.Page = resolved.Directory.Load(Trees.Pages, resolved.Ordinal, out int index);
        resolved.Node = resolved.Page.Node(index);
        return MountStatus.Done;
    }

    /// <summary>A raw name on one line of a log, whatever it holds.</summary>
    private protected static string Printable(ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name);
        return string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));
    }

    /// <summary>Tells a node that is no directory from one that is gone.</summary>
    private MountStatus WhyNotADirectory(ulong nodeId)
    {
        MountStatus status = Resolve(nodeId, out _);
        return status is MountStatus.Done or MountStatus.Invalid ? MountStatus.NotADirectory : status;
    }

    private OpenedDirectory? Open(ulong nodeId) =>
        Resolve(nodeId, out ResolvedNode resolved) == MountStatus.Done && resolved.Node.Type == NodeType.Directory
            ? Trees.Directories.Open(in resolved)
            : null;

    private MountStatus Open(ulong nodeId, out OpenFile? file)
    {
        file = OwnerOf(nodeId) is { } owner ? Trees.Files.Find(nodeId, owner) : null;
        if (file is not null)
        {
            return MountStatus.Done;
        }

        MountStatus status = Resolve(nodeId, out ResolvedNode resolved);
        if (status != MountStatus.Done)
        {
            return status;
        }

        if (resolved.Node.Type != NodeType.File)
        {
            return resolved.Node.Type == NodeType.Directory ? MountStatus.IsADirectory : MountStatus.Invalid;
        }

        file = Trees.Files.Open(nodeId, in resolved);
        return MountStatus.Done;
    }
}
