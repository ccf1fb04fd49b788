using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Kinds;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Owners;
using SnapFs.Owners;
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

    /// <summary>Who owns a node here, and its group. Where other users may enter, what may be a stranger's is root's.</summary>
    internal (MappedOwner User, MappedOwner Group) OwnersOf(in ResolvedNode resolved)
    {
        ref readonly NodeView node = ref resolved.Node;
        if (resolved.Page is { } page)
        {
            return (Shown(owners.User(page, node.UserId)), Shown(owners.Group(page, node.GroupId)));
        }

        SnapshotBody body = resolved.Snapshot.Body;
        return (
            Shown(owners.Map(node.UserId, body.RootUser.Span, isUser: true)),
            Shown(owners.Map(node.GroupId, body.RootGroup.Span, isUser: false)));
    }

    /// <summary>The mode to show of a node, and to enforce where other users may enter.</summary>
    internal uint ModeOf(in ResolvedNode resolved) => options.AllowOther && Of(in resolved) is { } access
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

    /// <summary>Narrows the mode and the archived access list of a node to what is certain here (<see cref="PosixAcl"/>).</summary>
    /// <param name="resolved">The node.</param>
    /// <param name="narrowed">The list to show; null if there is none or the mode says it all.</param>
    /// <returns>The mode to show.</returns>
    internal uint Narrow(in ResolvedNode resolved, out byte[]? narrowed)
    {
        narrowed = null;
        ref readonly NodeView node = ref resolved.Node;
        if (node.Type == NodeType.Symlink)
        {
            return node.Mode; // it says nothing of who may follow it
        }

        LostOwners lost = LostOf(in resolved);
        return TryFind(node.Xattrs, PosixAcl.AccessName, out XattrReader list)
            ? PosixAcl.Narrow(ValueOf(list), node.Mode, ResolverOf(resolved.Page), lost, out narrowed, out _)
            : PosixAcl.Narrow(node.Mode, lost);
    }

    /// <summary>The list of a directory for what is made in it, narrowed likewise: nothing is made here, but it goes along with
    /// copies. Null if there is none that can be read.</summary>
    internal byte[]? NarrowDefault(in ResolvedNode resolved) =>
        TryFind(resolved.Node.Xattrs, PosixAcl.DefaultName, out XattrReader list)
            ? PosixAcl.NarrowDefault(ValueOf(list), ResolverOf(resolved.Page), LostOf(in resolved), out _)
            : null;

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

    private static bool TryFind(ReadOnlySpan<byte> xattrs, ReadOnlySpan<byte> name, out XattrReader found)
    {
        found = new XattrReader(xattrs);
        while (found.Next())
        {
            if (found.Name.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Which owners of a node root stands in for.</summary>
    private LostOwners LostOf(in ResolvedNode resolved)
    {
        if (!options.AllowOther)
        {
            return LostOwners.None;
        }

        (MappedOwner user, MappedOwner group) = OwnersOf(in resolved);
        return (user.IsTaken ? LostOwners.User : LostOwners.None) | (group.IsTaken ? LostOwners.Group : LostOwners.None);
    }

    /// <summary>Knows whom an access list names. Where the kernel enforces it, only a name says that; otherwise it is kept for a copy,
    /// as by a restore.</summary>
    private PosixAcl.Resolver ResolverOf(TreePage? page) => (id, isUser) =>
    {
        MappedOwner mapped = owners.Map(id, page is null ? [] : isUser ? page.UserName(id) : page.GroupName(id), isUser);
        return options.AllowOther ? mapped.Proved : mapped.Certain;
    };

    private MappedOwner Shown(in MappedOwner owner) => options.AllowOther ? owner.OrStandIn : owner;

    private MappedOwner OwnerOf(in ResolvedNode resolved)
    {
        ref readonly NodeView node = ref resolved.Node;
        return Shown(owners.Map(node.UserId, resolved.Page is { } page ? page.UserName(node.UserId) : [], isUser: true));
    }
}
