using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Owners;
using SnapFs.Trees;

namespace SnapFs.Mount;

/// <content>Who may see what in AFS volumes, where their access lists are enforced.</content>
public sealed partial class SnapshotFileSystem
{
    /// <summary>Whom the access list of AFS that a node is under lets use it: its own if it is a directory, otherwise that of the
    /// directory it lies in. Null where modes decide.</summary>
    private VolumeAccess? AccessTo(in ResolvedNode resolved)
    {
        if (!_options.AfsAcls || resolved.Snapshot.Part == SnapshotPart.Root)
        {
            return null;
        }

        return resolved.Node.Type == NodeType.Directory
            ? _volumeAccess.Of(resolved.Snapshot, in resolved.Node)
            : resolved.Owner switch
            {
                DirectorySlot slot => slot.Access,
                LinkedFile file => file.Key.Access,
                _ => VolumeAccess.Closed, // the list of deleted paths has names from every directory
            };
    }

    /// <summary>The access list of Linux that is enforced on a node; null if its mode says it all.</summary>
    /// <returns>False where no access list of AFS is enforced.</returns>
    private bool TryEnforce(ulong nodeId, out byte[]? list)
    {
        list = null;
        if (!_options.AfsAcls || FindPlace(nodeId) is not null || Resolve(nodeId, out ResolvedNode resolved) != MountStatus.Done
            || AccessTo(in resolved) is not { } access)
        {
            return false;
        }

        access.Enforce(in resolved.Node, OwnerOf(in resolved), _options.UserId, out list);
        return true;
    }

    /// <summary>Whether a user may look a node up. Where the kernel can enforce the access list, it does.</summary>
    private bool MayLookUp(in ResolvedNode resolved, uint caller) =>
        caller == 0 || caller == _options.UserId || AccessTo(in resolved) is not { } access || !access.IsTooLong(in resolved.Node)
        || access.Admits(in resolved.Node, OwnerOf(in resolved), caller);

    /// <summary>How long the kernel may keep an archived node without asking who wants it.</summary>
    private CacheLifetime LifetimeOf(in ResolvedNode resolved) =>
        _options.AfsAcls && AccessTo(in resolved) is { } access && access.IsTooLong(in resolved.Node)
            ? CacheLifetime.None
            : CacheLifetime.Forever;

    private VolumeOwner OwnerOf(in ResolvedNode resolved)
    {
        ref readonly NodeView node = ref resolved.Node;
        (uint id, bool isByName) = _owners.Map(node.UserId, resolved.Page is { } page ? page.UserName(node.UserId) : [], isUser: true);
        return new VolumeOwner(id, isByName);
    }
}
