using System.Collections.Concurrent;
using System.Text;

namespace SnapFs.Posix.Owners;

/// <summary>
/// Archived owners as this system numbers them: a name that is known here gives its number, without one the archived number stands,
/// and the answer says whether somebody here has that already. Safe for concurrent use; each owner is looked up once.
/// </summary>
internal sealed class OwnerMap(IUserDatabase database)
{
    private readonly ConcurrentDictionary<(uint Id, string Name), MappedOwner> _users = new();
    private readonly ConcurrentDictionary<(uint Id, string Name), MappedOwner> _groups = new();

    /// <summary>The user of an archived number and raw name; the name may be empty.</summary>
    public MappedOwner User(uint id, ReadOnlySpan<byte> name)
    {
        (uint Id, string Name) key = KeyOf(id, name);
        return _users.TryGetValue(key, out MappedOwner known)
            ? known
            : _users.GetOrAdd(key, Find(id, name, isUser: true));
    }

    /// <summary>The group of an archived number and raw name; the name may be empty.</summary>
    public MappedOwner Group(uint id, ReadOnlySpan<byte> name)
    {
        (uint Id, string Name) key = KeyOf(id, name);
        return _groups.TryGetValue(key, out MappedOwner known)
            ? known
            : _groups.GetOrAdd(key, Find(id, name, isUser: false));
    }

    /// <summary>Latin-1 keeps every byte apart.</summary>
    private static (uint Id, string Name) KeyOf(uint id, ReadOnlySpan<byte> name) => (id, Encoding.Latin1.GetString(name));

    private MappedOwner Find(uint id, ReadOnlySpan<byte> name, bool isUser)
    {
        uint found = 0;
        bool isKnown = !name.IsEmpty && !name.Contains((byte)0)
            && (isUser ? database.TryFindUser(name, out found) : database.TryFindGroup(name, out found));
        return isKnown
            ? new MappedOwner(found, IsByName: true, IsTaken: false)
            : new MappedOwner(id, IsByName: false, isUser ? database.HasUser(id) : database.HasGroup(id));
    }
}
