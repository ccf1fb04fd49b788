using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Kinds;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Owners;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>Who may use an archived node: what its mode and its access list say, narrowed to what is certain here, or what its
/// kind of snapshot says instead.</summary>
internal sealed class AccessControl(MountOptions options, FrameCache frames, OwnerMap owners)
{
    /// <summary>What decides for a node instead of its mode: of a directory its own, otherwise that of the directory it lies
    /// in. Null where modes decide.</summary>
    internal NodeAccess? Of(in ResolvedNode resolved)
    {
        if (resolved.Snapshot.Access is not { } access)
        {
            return null;
        }

        return resolved.Node.Type == NodeType.Directory
            ? access.Of(in resolved.Node)
            : resolved.Owner switch
            {
                DirectorySlot slot => slot.Access,
                LinkedFile file => file.Key.Access,
                _ => access.Closed, // a part that is one file has things from every directory
            };
    }

    /// <summary>Whether a user may look a node up. Where the kernel can enforce what is allowed, it does.</summary>
    internal bool MayLookUp(in ResolvedNode resolved, uint caller) =>
        caller == 0 || caller == options.UserId || Of(in resolved) is not { } access || !access.IsTooLong(in resolved.Node)
        || access.Admits(in resolved.Node, OwnerOf(in resolved), caller);

    /// <summary>How long the kernel may keep a node without asking who wants it.</summary>
    internal CacheLifetime LifetimeOf(in ResolvedNode resolved) =>
        resolved.Snapshot.Access is not null && Of(in resolved) is { } access && access.IsTooLong(in resolved.Node)
            ? CacheLifetime.None
            : CacheLifetime.Forever;

    /// <summary>The mode to enforce on a node.</summary>
    internal uint ModeOf(in ResolvedNode resolved)
    {
        if (Of(in resolved) is { } access)
        {
            return access.Enforce(in resolved.Node, OwnerOf(in resolved), options.UserId, out _);
        }

        return options.AllowOther && !resolved.Node.Xattrs.IsEmpty ? Narrow(in resolved, out _) : resolved.Node.Mode;
    }

    /// <summary>The access list of Linux that is made up for a node; null if its mode says it all.</summary>
    /// <returns>False where modes and archived access lists decide.</returns>
    internal bool TryEnforce(in ResolvedNode resolved, out byte[]? list)
    {
        list = null;
        if (Of(in resolved) is not { } access)
        {
            return false;
        }

        access.Enforce(in resolved.Node, OwnerOf(in resolved), options.UserId, out list);
        return true;
    }

    /// <summary>Narrows the archived access list of a node to what is certain here (<see cref="PosixAcl"/>).</summary>
    /// <param name="resolved">The node.</param>
    /// <param name="narrowed">The list to enforce; null if there is none or the mode says it all.</param>
    /// <returns>The mode to enforce.</returns>
    internal uint Narrow(in ResolvedNode resolved, out byte[]? narrowed)
    {
        TreePage? page = resolved.Page;
        XattrReader xattrs = new(resolved.Node.Xattrs);
        while (xattrs.Next())
        {
            if (xattrs.Name.SequenceEqual(PosixAcl.AccessName))
            {
                return PosixAcl.Narrow(
                    ValueOf(xattrs), resolved.Node.Mode, (id, isUser) => Prove(page, id, isUser), out narrowed);
            }
        }

        narrowed = null;
        return resolved.Node.Mode;
    }

    /// <summary>The value of the attribute that a reader stands at.</summary>
    internal ReadOnlySpan<byte> ValueOf(XattrReader xattrs)
    {
        if (!xattrs.IsExternal)
        {
            return xattrs.Value;
        }

        using ChunkLease lease = frames.Acquire(ChunkKind.Data, xattrs.External.Id);
        return lease.Span.ToArray();
    }

    /// <summary>The number here of an owner named in an access list, if the page holds a name that proves it.</summary>
    private uint? Prove(TreePage? page, uint id, bool isUser)
    {
        if (page is null)
        {
            return null;
        }

        (uint mapped, bool isByName) = owners.Map(id, isUser ? page.UserName(id) : page.GroupName(id), isUser);
        return isByName ? mapped : null;
    }

    private NodeOwner OwnerOf(in ResolvedNode resolved)
    {
        ref readonly NodeView node = ref resolved.Node;
        return owners.Map(node.UserId, resolved.Page is { } page ? page.UserName(node.UserId) : [], isUser: true);
    }
}
