using SnapFs.Afs.Names;

namespace SnapFs.Afs.Acls;

/// <summary>
/// What an access list allows to each user of the cell, as a file server decides it (<c>GetRights</c> in
/// <c>src/viced/afsfileprocs.c</c> of OpenAFS) from what is known of names and groups. Where something is not known, somebody
/// may be left with less than a file server would allow, nobody with more. Immutable.
/// </summary>
/// <remarks>The owner of a volume may change every list of it, but that is no right to read. Neither a list nor the names say
/// which machines are in a group, so what is granted to a machine is not granted.</remarks>
public sealed class AfsEffectiveRights
{
    private readonly AfsAccessList _list;
    private readonly PtsNames _names;
    private readonly (int Id, PtsGroup Group)[] _groups;

    /// <param name="list">The access list of a directory.</param>
    /// <param name="names">Users, and members of groups.</param>
    public AfsEffectiveRights(AfsAccessList list, PtsNames names)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(names);
        _names = names;

        // Anybody may be in a group that is not known to the last member: what it is denied is denied to all.
        _list = new AfsAccessList(
            list.Positive,
            [.. list.Negative.Select(entry => IsGroup(entry.Id) && names.GroupOf(entry.Id) is not { IsComplete: true }
                ? entry with { Id = AfsIds.AnyUser }
                : entry)]);
        _groups =
        [
            .. list.Positive.Concat(list.Negative).Select(entry => entry.Id).Append(AfsIds.Administrators).Distinct()
                .Where(IsGroup)
                .Select(id => (id, names.GroupOf(id)!)) // absent ones are left out below
                .Where(group => group.Item2 is not null),
        ];
        Others = _list.RightsOf(AfsIds.Anonymous, []) & ~_list.Negative.Where(MayMeanOthers)
            .Aggregate(AfsRights.None, (denied, entry) => denied | entry.Rights);
        Users = _list.RightsOf(IdOutside(list), []);
        Listed =
        [
            .. list.Positive.Concat(list.Negative).Select(entry => entry.Id)
                .Concat(_groups.SelectMany(group => group.Group.Members))
                .Where(names.IsUser)
                .Distinct(),
        ];
    }

    /// <summary>Rights of whoever is no user of the cell, as far as the names tell.</summary>
    public AfsRights Others { get; }

    /// <summary>Rights of every user of the cell who is not <see cref="Listed"/>.</summary>
    public AfsRights Users { get; }

    /// <summary>Users whose rights may be others: the list names them or a group they are in.</summary>
    public IReadOnlyCollection<int> Listed { get; }

    /// <summary>Rights of a user of the cell.</summary>
    /// <param name="user">An id for which <see cref="PtsNames.IsUser"/> holds.</param>
    public AfsRights RightsOf(int user) =>
        _list.RightsOf(user, [.. _groups.Where(group => group.Group.Members.Contains(user)).Select(group => group.Id)]);

    /// <summary>Whether an id is that of a group whose members have to be looked up.</summary>
    private static bool IsGroup(int id) => id < 0 && id is not (AfsIds.AnyUser or AfsIds.AuthenticatedUser);

    /// <summary>Whether somebody who is no user by the names may yet be meant: they may have become one after the names were
    /// saved.</summary>
    private bool MayMeanOthers(AfsAccessEntry entry) =>
        entry.Id == AfsIds.AuthenticatedUser || (entry.Id >= 0 && !_names.IsUser(entry.Id));

    private static int IdOutside(AfsAccessList list)
    {
        int id = int.MaxValue;
        while (list.Positive.Concat(list.Negative).Any(entry => entry.Id == id))
        {
            id--;
        }

        return id;
    }
}
