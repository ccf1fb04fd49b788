using SnapFs.Owners;

namespace SnapFs.Posix.Owners;

/// <summary>The users and groups the C library knows, from files, LDAP or whatever is configured.</summary>
public sealed class SystemUsers : IUserDatabase
{
    private const int FirstBuffer = 4096;

    /// <summary>Large groups have long member lists; beyond this an entry counts as unknown.</summary>
    private const int LastBuffer = 4 * 1024 * 1024;

    /// <summary>Asks for an entry with room for its texts; gives its number, or null, and an error number.</summary>
    private delegate int Query(byte[] text, uint number, byte[] buffer, out uint? id);

    /// <inheritdoc/>
    public bool TryFindUser(ReadOnlySpan<byte> name, out uint id) => TryFind(UserOfName, name, out id);

    /// <inheritdoc/>
    public bool TryFindGroup(ReadOnlySpan<byte> name, out uint id) => TryFind(GroupOfName, name, out id);

    /// <inheritdoc/>
    public bool HasUser(uint id) => MayExist(UserOfNumber, id);

    /// <inheritdoc/>
    public bool HasGroup(uint id) => MayExist(GroupOfNumber, id);

    private static int UserOfName(byte[] text, uint number, byte[] buffer, out uint? id)
    {
        int error = Interop.Libc.getpwnam_r(
            in text[0], out Interop.Libc.Passwd entry, ref buffer[0], (nuint)buffer.Length, out nint result);
        id = error == 0 && result != 0 ? entry.UserId : null;
        return error;
    }

    private static int UserOfNumber(byte[] text, uint number, byte[] buffer, out uint? id)
    {
        int error = Interop.Libc.getpwuid_r(
            number, out Interop.Libc.Passwd entry, ref buffer[0], (nuint)buffer.Length, out nint result);
        id = error == 0 && result != 0 ? entry.UserId : null;
        return error;
    }

    private static int GroupOfName(byte[] text, uint number, byte[] buffer, out uint? id)
    {
        int error = Interop.Libc.getgrnam_r(
            in text[0], out Interop.Libc.GroupEntry entry, ref buffer[0], (nuint)buffer.Length, out nint result);
        id = error == 0 && result != 0 ? entry.GroupId : null;
        return error;
    }

    private static int GroupOfNumber(byte[] text, uint number, byte[] buffer, out uint? id)
    {
        int error = Interop.Libc.getgrgid_r(
            number, out Interop.Libc.GroupEntry entry, ref buffer[0], (nuint)buffer.Length, out nint result);
        id = error == 0 && result != 0 ? entry.GroupId : null;
        return error;
    }

    private static bool TryFind(Query query, ReadOnlySpan<byte> name, out uint id)
    {
        uint? found = Ask(query, [.. name, 0], 0).Id;
        id = found ?? 0;
        return found is not null;
    }

    /// <summary>While a directory service is down, a number counts as somebody's: nobody may gain by that. What getpwnam(3) lists as
    /// ways to say that there is no such entry: 0, ENOENT, ESRCH, EBADF, EPERM.</summary>
    private static bool MayExist(Query query, uint number)
    {
        (uint? id, int error) = Ask(query, [], number);
        return id is not null || error is not (0 or 2 or 3 or 9 or 1);
    }

    private static (uint? Id, int Error) Ask(Query query, byte[] text, uint number)
    {
        for (int size = FirstBuffer; ; size *= 4)
        {
            byte[] buffer = GC.AllocateUninitializedArray<byte>(size, pinned: true);
            int error = query(text, number, buffer, out uint? id);
            if (error != Interop.Libc.ERANGE || size >= LastBuffer)
            {
                return (id, error);
            }
        }
    }
}
