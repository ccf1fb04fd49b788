using System.Collections.Concurrent;
using System.Text;
using SnapFs.Trees;

namespace SnapFs.Mount.Owners;

/// <summary>Archived owners as this system numbers them. Safe for concurrent use.</summary>
public interface IOwnerMap
{
    /// <summary>The number of an archived owner, and whether its name proved it.</summary>
    /// <param name="id">The archived number.</param>
    /// <param name="name">The raw name it had; empty if it had none.</param>
    /// <param name="isUser">Whether it is a user, or a group.</param>
    NodeOwner Map(uint id, ReadOnlySpan<byte> name, bool isUser);
}

/// <summary>
/// Archived owners as this system numbers them. A name known here gives its number. Without one the archived number
/// stands; where other users may enter, only if it belongs to nobody here, so that a stranger's files never become
/// somebody's own.
/// </summary>
/// <remarks>What was looked up is kept as long as the mount: kernels cache attributes that long too.</remarks>
internal sealed class OwnerMap(IUserDatabase database, bool isStrict) : IOwnerMap
{
    /// <summary>The overflow id of Linux: nobody and nogroup.</summary>
    internal const uint Nobody = 65_534;

    private readonly ConcurrentDictionary<OwnerKey, NodeOwner> _known = new();

    [ThreadStatic]
    private static LastOwners _last;

    /// <summary>The user of a node.</summary>
    /// <param name="page">The page whose table holds the names.</param>
    /// <param name="id">The archived number.</param>
    internal uint User(TreePage page, uint id)
    {
        ref LastOwners last = ref _last;
        if (!ReferenceEquals(last.UserPage, page) || last.User != id || !ReferenceEquals(last.UserMap, this))
        {
            last = last with { UserPage = page, User = id, UserMap = this, MappedUser = Map(id, page.UserName(id), true).Id };
        }

        return last.MappedUser;
    }

    /// <summary>The group of a node.</summary>
    /// <param name="page">The page whose table holds the names.</param>
    /// <param name="id">The archived number.</param>
    internal uint Group(TreePage page, uint id)
    {
        ref LastOwners last = ref _last;
        if (!ReferenceEquals(last.GroupPage, page) || last.Group != id || !ReferenceEquals(last.GroupMap, this))
        {
            last = last with
            {
                GroupPage = page,
                Group = id,
                GroupMap = this,
                MappedGroup = Map(id, page.GroupName(id), false).Id,
            };
        }

        return last.MappedGroup;
    }

    /// <inheritdoc/>
    public NodeOwner Map(uint id, ReadOnlySpan<byte> name, bool isUser)
    {
        OwnerKey key = new(id, Encoding.Latin1.GetString(name), isUser);
        if (!_known.TryGetValue(key, out NodeOwner mapped))
        {
            mapped = Find(id, name, isUser);
            _known.TryAdd(key, mapped);
        }

        return mapped;
    }

    private NodeOwner Find(uint id, ReadOnlySpan<byte> name, bool isUser)
    {
        uint found = 0;
        bool isKnown = !name.IsEmpty && !name.Contains((byte)0)
            && (isUser ? database.TryFindUser(name, out found) : database.TryFindGroup(name, out found));
        if (isKnown)
        {
            return new NodeOwner(found, true);
        }

        bool isTaken = isStrict && (isUser ? database.HasUser(id) : database.HasGroup(id));
        return new NodeOwner(isTaken ? Nobody : id, false);
    }

    private readonly record struct OwnerKey(uint Id, string Name, bool IsUser);

    private record struct LastOwners(
        TreePage? UserPage,
        OwnerMap? UserMap,
        uint User,
        uint MappedUser,
        TreePage? GroupPage,
        OwnerMap? GroupMap,
        uint Group,
        uint MappedGroup);
}

/// <summary>Who owns a node here.</summary>
/// <param name="Id">The number.</param>
/// <param name="IsByName">Whether the name proved it.</param>
public readonly record struct NodeOwner(uint Id, bool IsByName);
