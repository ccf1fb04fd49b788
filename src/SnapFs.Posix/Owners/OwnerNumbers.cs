using System.Collections.Concurrent;
using System.Text;

namespace SnapFs.Posix.Owners;

/// <summary>Finds the numbers that archived owner names have on this machine. Safe for concurrent use.</summary>
internal sealed class OwnerNumbers
{
    private readonly ConcurrentDictionary<string, uint?> _users = new();
    private readonly ConcurrentDictionary<string, uint?> _groups = new();

    /// <summary>The number of the user of that name here, or else the archived number.</summary>
    public uint User(ReadOnlySpan<byte> name, uint archived) => name.IsEmpty
        ? archived
        : _users.GetOrAdd(Key(name), LookUpUser) ?? archived;

    /// <summary>The number of the group of that name here, or else the archived number.</summary>
    public uint Group(ReadOnlySpan<byte> name, uint archived) => name.IsEmpty
        ? archived
        : _groups.GetOrAdd(Key(name), LookUpGroup) ?? archived;

    /// <summary>Latin-1 keeps every byte apart.</summary>
    private static string Key(ReadOnlySpan<byte> name) => Encoding.Latin1.GetString(name);

    private static uint? LookUpUser(string key)
    {
        byte[] name = [.. Encoding.Latin1.GetBytes(key), 0];
        byte[] buffer = GC.AllocateUninitializedArray<byte>(1024, pinned: true);
        while (true)
        {
            int error = Interop.Libc.getpwnam_r(
                in name[0], out Interop.Libc.Passwd entry, ref buffer[0], (nuint)buffer.Length, out nint result);
            if (error != Interop.Libc.ERANGE)
            {
                return error == 0 && result != 0 ? entry.UserId : null;
            }

            buffer = GC.AllocateUninitializedArray<byte>(buffer.Length * 2, pinned: true);
        }
    }

    private static uint? LookUpGroup(string key)
    {
        byte[] name = [.. Encoding.Latin1.GetBytes(key), 0];
        byte[] buffer = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
        while (true)
        {
            int error = Interop.Libc.getgrnam_r(
                in name[0], out Interop.Libc.GroupEntry entry, ref buffer[0], (nuint)buffer.Length, out nint result);
            if (error != Interop.Libc.ERANGE)
            {
                return error == 0 && result != 0 ? entry.GroupId : null;
            }

            buffer = GC.AllocateUninitializedArray<byte>(buffer.Length * 2, pinned: true);
        }
    }
}
