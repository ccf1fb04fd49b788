using System.Collections.Concurrent;
using System.Text;
using SnapFs.Owners;

namespace SnapFs.Posix.Owners;

/// <summary>
/// Archived owners as this system numbers them (<see cref="MappedOwner"/>), for one run. Safe for concurrent use; each owner is looked up
/// once.
/// </summary>
internal sealed class OwnerMap(IUserDatabase database)
{
    private readonly ConcurrentDictionary<(uint Id, string Name, bool IsUser), MappedOwner> _known = new();

    /// <summary>Who an archived owner is here.</summary>
    /// <param name="id">The archived number.</param>
    /// <param name="name">The raw name it had; empty if it had none.</param>
    /// <param name="isUser">Whether it is a user, or a group.</param>
    public MappedOwner Map(uint id, ReadOnlySpan<byte> name, bool isUser)
    {
        (uint Id, string Name, bool IsUser) key = (id, Encoding.Latin1.GetString(name), isUser); // Latin-1 keeps every byte apart
        return _known.TryGetValue(key, out MappedOwner known)
            ? known
            : _known.GetOrAdd(key, MappedOwner.Find(database, id, name, isUser));
    }
}
