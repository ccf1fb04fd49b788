using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SnapFs.Trees;

namespace SnapFs.Posix.Owners;

/// <summary>Names of users and groups by the C library's name service, each asked once. Safe for concurrent use.
/// </summary>
internal sealed class OwnerNames : IOwnerNames
{
    private readonly ConcurrentDictionary<uint, byte[]> _users = new();
    private readonly ConcurrentDictionary<uint, byte[]> _groups = new();

    /// <inheritdoc/>
    public ReadOnlySpan<byte> UserName(uint id) =>
        _users.TryGetValue(id, out byte[]? name) ? name : _users.GetOrAdd(id, LookUpUser);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> GroupName(uint id) =>
        _groups.TryGetValue(id, out byte[]? name) ? name : _groups.GetOrAdd(id, LookUpGroup);

    private static byte[] LookUpUser(uint id)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(1024, pinned: true);
        while (true)
        {
            int error = Interop.Libc.getpwuid_r(
                id, out Interop.Libc.Passwd entry, ref buffer[0], (nuint)buffer.Length, out nint result);
            if (error != Interop.Libc.ERANGE)
            {
                return error == 0 && result != 0 ? NameAt(entry.Name) : [];
            }

            buffer = GC.AllocateUninitializedArray<byte>(buffer.Length * 2, pinned: true);
        }
    }

    private static byte[] LookUpGroup(uint id)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
        while (true)
        {
            int error = Interop.Libc.getgrgid_r(
                id, out Interop.Libc.GroupEntry entry, ref buffer[0], (nuint)buffer.Length, out nint result);
            if (error != Interop.Libc.ERANGE)
            {
                return error == 0 && result != 0 ? NameAt(entry.Name) : [];
            }

            buffer = GC.AllocateUninitializedArray<byte>(buffer.Length * 2, pinned: true);
        }
    }

    private static unsafe byte[] NameAt(nint text)
    {
        ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)text);
        return name.Length <= TreeLimits.MaxName ? name.ToArray() : [];
    }
}
