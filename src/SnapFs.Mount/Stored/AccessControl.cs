using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Kinds;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Owners;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>Who may use an archived node: what its mode and its access list say, narrowed to what is certain here, or what its
/// kind of snapshot says instead.</summary>
internal sealed class AccessControl(MountOptions options, FrameCache frames, OwnerMap owners)
{
    /// <summary>What decides for a node instead of its mode: of a directory its own, otherwise that of the directory it lies
    /// in. Null where modes decide.</summary>
    internal static NodeAccess? Of(in ResolvedNode resolved)
    {
        if (resolved.Snapshot.Access is not { } access)
        {
            return null;
        }

        return resolved.Node.Type == NodeType.Directory
            ? access.AccessTo(in resolved.Node)
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
    internal CacheLifetime LifetimeOf(in ResolvedNode resolved)
    {
        if (resolved.Snapshot.Access is not null && Of(in resolved) is { } access && access.IsTooLong(in resolved.Node))
        {
            return CacheLifetime.None;
        }

        return options.AllowOther ? CacheLifetime.WhileUsersStay : CacheLifetime.Forever;
    }

    /// <summary>Who owns a node here, and its group.</summary>
    internal (NodeOwner User, NodeOwner Group) OwnersOf(in ResolvedNode resolved)
    {
        ref readonly NodeView node = ref resolved.Node;
        if (resolved.Page is { } page)
        {
            return (owners.User(page, node.UserId), owners.Group(page, node.GroupId));
        }

        SnapshotBody body = resolved.Snapshot.Body;
        return (
            owners.Map(node.UserId, body.RootUser.Span, isUser: true),
            owners.Map(node.GroupId, body.RootGroup.Span, isUser: false));
    }

    /// <summary>The mode to enforce on a node where other users may enter.</summary>
    internal uint ModeOf(in ResolvedNode resolved) => Of(in resolved) is { } access
        ? access.Enforce(in resolved.Node, OwnerOf(in resolved), options.UserId, out _)
        : Narrow(in resolved, out _);

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

    /// <summary>Narrows the mode and the archived access list of a node to what is certain here (<see cref="PosixAcl"/>). What its
    /// owner or group may have is taken away where these are shown as nobody: users of that name exist here, and have as little
    /// to do with the node as all others.</summary>
    /// <param name="resolved">The node.</param>
    /// <param name="narrowed">The list to enforce; null if there is none or the mode says it all.</param>
    /// <returns>The mode to enforce.</returns>
    internal uint Narrow(in ResolvedNode resolved, out byte[]? narrowed)
    {
        narrowed = null;
        ref readonly NodeView node = ref resolved.Node;
        if (node.Type == NodeType.Symlink)
        {
            return node.Mode; // it says nothing of who may follow it
        }

        (NodeOwner user, NodeOwner group) = OwnersOf(in resolved);
        TreePage? page = resolved.Page;
        XattrReader xattrs = new(node.Xattrs);
        while (xattrs.Next())
        {
            if (xattrs.Name.SequenceEqual(PosixAcl.AccessName))
            {
                return PosixAcl.Narrow(
                    ValueOf(xattrs), PosixAcl.Without(node.Mode, user.IsStranger, isGroupLost: false), user.IsStranger,
                    group.IsStranger, (id, isUser) => Prove(page, id, isUser), out narrowed);
            }
        }

        return PosixAcl.Without(node.Mode, user.IsStranger, group.IsStranger);
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

        NodeOwner mapped = owners.Map(id, isUser ? page.UserName(id) : page.GroupName(id), isUser);
        return mapped.IsByName ? mapped.Id : null;
    }

    private NodeOwner OwnerOf(in ResolvedNode resolved)
    {
        ref readonly NodeView node = ref resolved.Node;
        return owners.Map(node.UserId, resolved.Page is { } page ? page.UserName(node.UserId) : [], isUser: true);
    }
}
