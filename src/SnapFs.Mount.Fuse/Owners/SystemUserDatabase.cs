using System.Runtime.InteropServices;
using SnapFs.Mount.Owners;
using LibC = SnapFs.Mount.Fuse.Interop.Libc.Interop;

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

    private delegate int Query(byte* buffer, nuint length, out uint? id);

    /// <inheritdoc/>
    public bool TryFindUser(ReadOnlySpan<byte> name, out uint id)
    {
        byte[] text = [.. name, 0];
        (uint? found, _) = Ask((byte* buffer, nuint length, out uint? result) =>
        {
            fixed (byte* pointer = text)
            {
                LibC.passwd entry;
                LibC.passwd* answer;
                int error = LibC.getpwnam_r(pointer, &entry, buffer, length, &answer);
                result = answer is null ? null : entry.pw_uid;
                return error;
            }
        });
        id = found ?? 0;
        return found is not null;
    }

    /// <inheritdoc/>
    public bool TryFindGroup(ReadOnlySpan<byte> name, out uint id)
    {
        byte[] text = [.. name, 0];
        (uint? found, _) = Ask((byte* buffer, nuint length, out uint? result) =>
        {
            fixed (byte* pointer = text)
            {
                LibC.group entry;
                LibC.group* answer;
                int error = LibC.getgrnam_r(pointer, &entry, buffer, length, &answer);
                result = answer is null ? null : entry.gr_gid;
                return error;
            }
        });
        id = found ?? 0;
        return found is not null;
    }

    /// <inheritdoc/>
    public bool HasUser(uint id) => MayExist(Ask((byte* buffer, nuint length, out uint? result) =>
    {
        LibC.passwd entry;
        LibC.passwd* answer;
        int error = LibC.getpwuid_r(id, &entry, buffer, length, &answer);
        result = answer is null ? null : id;
        return error;
    }));

    /// <inheritdoc/>
    public bool HasGroup(uint id) => MayExist(Ask((byte* buffer, nuint length, out uint? result) =>
    {
        LibC.group entry;
        LibC.group* answer;
        int error = LibC.getgrgid_r(id, &entry, buffer, length, &answer);
        result = answer is null ? null : id;
        return error;
    }));

    /// <summary>While a directory service is down, a number counts as somebody's: nobody may gain by that.</summary>
    private static bool MayExist((uint? Id, int Error) answer) =>
        answer.Id is not null || !NotFound.Contains(answer.Error);

    private static (uint? Id, int Error) Ask(Query query)
    {
        for (int size = FirstBuffer; ; size *= 4)
        {
            byte* buffer = (byte*)NativeMemory.Alloc((nuint)size);
            try
            {
                int error = query(buffer, (nuint)size, out uint? id);
                if (error != LibC.ERANGE || size >= LastBuffer)
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
