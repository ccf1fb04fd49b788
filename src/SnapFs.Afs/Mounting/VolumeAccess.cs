using SnapFs.Mount.Kinds;
using SnapFs.Owners;
using SnapFs.Trees;

namespace SnapFs.Afs.Mounting;

/// <summary>
/// What an access list of AFS means here: who may list the directory and read the files in it. Given to the kernel as a
/// mode and an access list of Linux for each node. Immutable.
/// </summary>
/// <remarks>
/// The user who mounts may read everything: whatever the mount shows can be read with the key anyway. For the others, in a
/// directory <c>l</c> of AFS is <c>r</c> and <c>x</c> of Linux; in a file, <c>r</c> of AFS is those of <c>r</c> and <c>x</c> that its
/// owner has by the mode, and nothing if the owner has no <c>r</c>.
/// </remarks>
internal sealed class VolumeAccess : NodeAccess
{
    /// <summary>Nobody but the user who mounts.</summary>
    internal static readonly VolumeAccess Closed = new(Audience.Nobody, Audience.Nobody, Audience.Nobody);

    /// <summary>The kernel takes lists of at most a page, 511 entries, four of which name no user.</summary>
    internal const int MaxListed = 500;

    private const uint Read = 4;
    private const uint Write = 2;
    private const uint Execute = 1;

    private readonly Audience _listers;
    private readonly Audience _readers;
    private readonly Audience _readersOfOwn;

    /// <param name="listers">Who may list the directory and look names up in it.</param>
    /// <param name="readers">Who may read the files in it.</param>
    /// <param name="readersOfOwn">Who may read the files in it that are their own, as everybody who may add some can.</param>
    internal VolumeAccess(Audience listers, Audience readers, Audience readersOfOwn)
    {
        _listers = listers;
        _readers = readers;
        _readersOfOwn = readersOfOwn;
    }

    /// <summary>Users that are kept, for bounding a cache.</summary>
    internal int Weight => _listers.Apart.Count + _readers.Apart.Count + _readersOfOwn.Apart.Count;

    /// <inheritdoc/>
    public override bool IsTooLong(in NodeView node) =>
        node.Type != NodeType.Symlink && AllowedBy(in node) != 0 && AudienceOf(node.Type).Apart.Count > MaxListed;

    /// <inheritdoc/>
    public override bool Admits(in NodeView node, in MappedOwner owner, uint user) =>
        user == owner.Id ? OwnerPermissions(in node, in owner) != 0 : AudienceOf(node.Type).Has(user);

    /// <inheritdoc/>
    public override uint Enforce(in NodeView node, in MappedOwner owner, uint mountingUser, out byte[]? list)
    {
        list = null;
        if (node.Type == NodeType.Symlink)
        {
            return node.Mode;
        }

        Audience audience = AudienceOf(node.Type);
        bool isTooLong = IsTooLong(in node);
        uint allowed = AllowedBy(in node);
        uint all = node.Type == NodeType.Directory ? Read | Execute : Read | ((node.Mode >> 6) & Execute);
        uint ofOwner = owner.Id == mountingUser ? all : isTooLong ? allowed : OwnerPermissions(in node, in owner);
        uint other = isTooLong || audience.HasOthers ? allowed : 0;

        // Nothing here can be written, but what is copied from here shall be writable again.
        ofOwner |= (ofOwner & Read) != 0 ? (node.Mode >> 6) & Write : 0;
        List<(uint User, uint Permissions)> named = [];
        if (mountingUser != 0 && mountingUser != owner.Id && all != other)
        {
            named.Add((mountingUser, all));
        }

        if (allowed != 0 && !isTooLong)
        {
            uint apart = audience.HasOthers ? 0 : allowed;
            foreach (uint user in audience.Apart)
            {
                if (user != owner.Id && user != mountingUser)
                {
                    named.Add((user, apart));
                }
            }
        }

        uint mode = (node.Mode & 0xE00) | (ofOwner << 6) | other;
        if (named.Count == 0)
        {
            return mode | (other << 3);
        }

        // The kernel looks at a list only if the mask, shown as the group's bits, is not empty. Named users have less than
        // others or others less than they: something is allowed to somebody.
        uint mask = named.Aggregate(other, (permissions, entry) => permissions | entry.Permissions);
        list = PosixAcl.Of(ofOwner, named, group: other, mask, other);
        return mode | (mask << 3);
    }

    private Audience AudienceOf(NodeType type) => type == NodeType.Directory ? _listers : _readers;

    private uint OwnerPermissions(in NodeView node, in MappedOwner owner)
    {
        bool isAllowed = AudienceOf(node.Type).Has(owner.Id)
            || (node.Type != NodeType.Directory && owner.IsByName && _readersOfOwn.Has(owner.Id));
        return isAllowed ? AllowedBy(in node) : 0;
    }

    /// <summary>What a node allows to those to whom the access list allows it.</summary>
    private static uint AllowedBy(in NodeView node)
    {
        if (node.Type == NodeType.Directory)
        {
            return Read | Execute;
        }

        uint ofOwner = node.Mode >> 6;
        return (ofOwner & Read) == 0 ? 0 : ofOwner & (Read | Execute);
    }
}
