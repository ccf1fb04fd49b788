using SnapFs.Owners;

namespace SnapFs.Mount.Histories;

/// <summary>Who may use a directory, in numbers of this system.</summary>
/// <param name="UserId">The owner.</param>
/// <param name="GroupId">The group.</param>
/// <param name="Mode">The mode; with a list its group bits are the mask.</param>
/// <param name="List">The access list of Linux; null if the mode says it all.</param>
internal readonly record struct ShownRights(uint UserId, uint GroupId, uint Mode, byte[]? List)
{
    private const uint Most = 7;
    private const uint Root = 0;

    /// <summary>Rights of nobody but root.</summary>
    internal static ShownRights Closed => new(Root, Root, 0, null);

    /// <summary>Rights that allow nobody what not all of some allow them.</summary>
    /// <remarks>Where all are the same they are that. Otherwise nobody is named, and each class gets what all give to all who may be in
    /// it: who was the owner, in the group or named in one place may be in another class in the next.</remarks>
    internal static ShownRights Narrowest(IReadOnlyList<ShownRights> all)
    {
        ShownRights first = all[0];
        if (all.All(other => other.IsSame(first)))
        {
            return first;
        }

        (uint owner, uint group, uint other) = (Most, Most, Most);
        foreach (ShownRights one in all)
        {
            uint named = one.LimitOfNamed();
            owner &= one.Mode >> 6;
            group &= (one.List is null ? one.Mode >> 3 : Most) & named;
            other &= one.Mode & named;
        }

        bool isOneUser = all.All(one => one.UserId == first.UserId);
        bool isOneGroup = all.All(one => one.GroupId == first.GroupId);
        if (!isOneGroup)
        {
            group = other = group & other;
        }

        if (!isOneUser)
        {
            group &= owner;
            other &= owner;
        }

        return new ShownRights(
            isOneUser ? first.UserId : Root, isOneGroup ? first.GroupId : Root, (owner << 6) | (group << 3) | other, null);
    }

    private bool IsSame(in ShownRights other) => UserId == other.UserId && GroupId == other.GroupId && Mode == other.Mode
        && (List is null) == (other.List is null) && List.AsSpan().SequenceEqual(other.List);

    /// <summary>What the list allows to each of those whom it names, and to the group.</summary>
    private uint LimitOfNamed()
    {
        uint limit = Most;
        AclReader entries = new(List);
        while (entries.Next())
        {
            if (entries.Tag is AclTag.User or AclTag.Group or AclTag.OwningGroup)
            {
                limit &= entries.Permissions & (Mode >> 3);
            }
        }

        return limit;
    }
}
