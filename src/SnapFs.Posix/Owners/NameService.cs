using System.Runtime.InteropServices;

namespace SnapFs.Posix.Owners;

/// <summary>Asks the C library for users and groups, wherever it has them from: files, LDAP or whatever is configured.</summary>
internal static class NameService
{
    private const int FirstBuffer = 4096;

    /// <summary>Large groups have long member lists; beyond this an entry counts as unknown.</summary>
    private const int LastBuffer = 4 * 1024 * 1024;

    /// <summary>Asks for the entry with a name or, if that is null, with a number. Gives an error number, and the entry if there is one;
    /// its text lies in the buffer.</summary>
    private delegate int Query(byte[]? name, uint number, byte[] buffer, out (uint Id, nint Name)? found);

    /// <summary>Asks for a user or a group by its raw name.</summary>
    public static NameServiceAnswer Ask(ReadOnlySpan<byte> name, bool isUser) => Ask([.. name, 0], 0, isUser);

    /// <summary>Asks for a user or a group by its number.</summary>
    public static NameServiceAnswer Ask(uint number, bool isUser) => Ask(null, number, isUser);

    private static NameServiceAnswer Ask(byte[]? name, uint number, bool isUser)
    {
        Query query = isUser ? QueryUser : QueryGroup;
        for (int size = FirstBuffer; ; size *= 4)
        {
            byte[] buffer = GC.AllocateUninitializedArray<byte>(size, pinned: true);
            int error = query(name, number, buffer, out (uint Id, nint Name)? found);
            byte[] text = found is { } entry ? TextAt(entry.Name) : [];
            GC.KeepAlive(buffer);
            if (error != Interop.Libc.ERANGE || size >= LastBuffer)
            {
                return new NameServiceAnswer(found?.Id, text, error);
            }
        }
    }

    private static int QueryUser(byte[]? name, uint number, byte[] buffer, out (uint Id, nint Name)? found)
    {
        int error = name is null
            ? Interop.Libc.getpwuid_r(
                number, out Interop.Libc.Passwd entry, ref buffer[0], (nuint)buffer.Length, out nint result)
            : Interop.Libc.getpwnam_r(in name[0], out entry, ref buffer[0], (nuint)buffer.Length, out result);
        found = error == 0 && result != 0 ? (entry.UserId, entry.Name) : null;
        return error;
    }

    private static int QueryGroup(byte[]? name, uint number, byte[] buffer, out (uint Id, nint Name)? found)
    {
        int error = name is null
            ? Interop.Libc.getgrgid_r(
                number, out Interop.Libc.GroupEntry entry, ref buffer[0], (nuint)buffer.Length, out nint result)
            : Interop.Libc.getgrnam_r(in name[0], out entry, ref buffer[0], (nuint)buffer.Length, out result);
        found = error == 0 && result != 0 ? (entry.GroupId, entry.Name) : null;
        return error;
    }

    private static unsafe byte[] TextAt(nint text) =>
        MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)text).ToArray();
}

/// <summary>What the C library said.</summary>
/// <param name="Id">The number of the entry; null if there is none.</param>
/// <param name="Name">Its raw name; empty if there is none.</param>
/// <param name="Error">An error number, or 0.</param>
internal readonly record struct NameServiceAnswer(uint? Id, byte[] Name, int Error)
{
    /// <summary>Whether it is certain that there is no such entry. What getpwnam(3) lists as ways to say so: 0, ENOENT, ESRCH, EBADF,
    /// EPERM.</summary>
    public bool IsNobody => Id is null && Error is (0 or 2 or 3 or 9 or 1);
}
