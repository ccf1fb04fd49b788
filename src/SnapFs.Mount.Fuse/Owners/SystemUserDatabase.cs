using System.Runtime.InteropServices;
using SnapFs.Mount.Owners;

namespace SnapFs.Mount.Fuse.Owners;

/// <summary>The users and groups the C library knows, from files, LDAP or whatever is configured.</summary>
public sealed unsafe class SystemUserDatabase : IUserDatabase
{
    private const int FirstBuffer = 4096;

    /// <summary>Large groups have long member lists; beyond this an entry counts as unknown.</summary>
    private const int LastBuffer = 4 * 1024 * 1024;

    /// <summary>What getpwnam(3) lists as ways to say that there is no such entry: 0, ENOENT, ESRCH, EBADF, EPERM.
    /// </summary>
    private static readonly int[] NotFound = [0, 2, 3, 9, 1];

    /// <summary>Asks for the entry with a name or, if that is null, with a number.</summary>
    private delegate int Query(byte* name, uint number, byte* buffer, nuint length, out uint? id);

    /// <inheritdoc/>
    public bool TryFindUser(ReadOnlySpan<byte> name, out uint id) => TryFind(QueryUser, name, out id);

    /// <inheritdoc/>
    public bool TryFindGroup(ReadOnlySpan<byte> name, out uint id) => TryFind(QueryGroup, name, out id);

    /// <inheritdoc/>
    public bool HasUser(uint id) => MayExist(QueryUser, id);

    /// <inheritdoc/>
    public bool HasGroup(uint id) => MayExist(QueryGroup, id);

    private static int QueryUser(byte* name, uint number, byte* buffer, nuint length, out uint? id)
    {
        int error = name is null
            ? Interop.Libc.getpwuid_r(number, out Interop.Libc.Passwd entry, ref *buffer, length, out nint answer)
            : Interop.Libc.getpwnam_r(in *name, out entry, ref *buffer, length, out answer);
        id = answer == 0 ? null : entry.UserId;
        return error;
    }

    private static int QueryGroup(byte* name, uint number, byte* buffer, nuint length, out uint? id)
    {
        int error = name is null
            ? Interop.Libc.getgrgid_r(number, out Interop.Libc.GroupEntry entry, ref *buffer, length, out nint answer)
            : Interop.Libc.getgrnam_r(in *name, out entry, ref *buffer, length, out answer);
        id = answer == 0 ? null : entry.GroupId;
        return error;
    }

    private static bool TryFind(Query query, ReadOnlySpan<byte> name, out uint id)
    {
        byte[] text = [.. name, 0];
        fixed (byte* pointer = text)
        {
            uint? found = Ask(query, pointer, 0).Id;
            id = found ?? 0;
            return found is not null;
        }
    }

    /// <summary>While a directory service is down, a number counts as somebody's: nobody may gain by that.</summary>
    private static bool MayExist(Query query, uint number)
    {
        (uint? id, int error) = Ask(query, null, number);
        return id is not null || !NotFound.Contains(error);
    }

    private static (uint? Id, int Error) Ask(Query query, byte* name, uint number)
    {
        for (int size = FirstBuffer; ; size *= 4)
        {
            byte* buffer = (byte*)NativeMemory.Alloc((nuint)size);
            try
            {
                int error = query(name, number, buffer, (nuint)size, out uint? id);
                if (error != Interop.Libc.ERANGE || size >= LastBuffer)
                {
                    return (error == 0 ? id : null, error);
                }
            }
            finally
            {
                NativeMemory.Free(buffer);
            }
        }
    }
}
