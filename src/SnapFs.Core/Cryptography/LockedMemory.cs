using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>
/// Owns memory for one secret: pages of its own between two that nobody may touch, kept out of core dumps and, where the
/// limits of the process allow it, out of swap; overwritten with zeros when they are given back.
/// </summary>
internal sealed unsafe class LockedMemory : SafeHandle
{
    private readonly nuint _mapped;
    private readonly nuint _usable;

    /// <exception cref="InsufficientMemoryException">There is no memory, or the process has as many mappings as it may.</exception>
    internal LockedMemory(int length)
        : base(0, ownsHandle: true)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        _usable = (((nuint)Math.Max(length, 1) + page) - 1) / page * page;
        _mapped = _usable + (2 * page);
        nint start = Interop.Libc.mmap(
            0, _mapped, Interop.Libc.PROT_NONE, Interop.Libc.MAP_PRIVATE | Interop.Libc.MAP_ANONYMOUS, -1, 0);
        if (start == Interop.Libc.MAP_FAILED)
        {
            throw OutOfMemory();
        }

        nint usable = start + (nint)page;
        if (Interop.Libc.mprotect(usable, _usable, Interop.Libc.PROT_READ | Interop.Libc.PROT_WRITE) != 0)
        {
            _ = Interop.Libc.munmap(start, _mapped);
            throw OutOfMemory();
        }

        // Both only make a leak less likely: a process that may lock nothing works as well.
        _ = Interop.Libc.mlock(usable, _usable);
        _ = Interop.Libc.madvise((void*)usable, _usable, Interop.Libc.MADV_DONTDUMP);
        SetHandle(usable);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, checked((int)_usable)));
        return Interop.Libc.munmap(handle - Environment.SystemPageSize, _mapped) == 0;
    }

    private static InsufficientMemoryException OutOfMemory() => new("There is no memory for a key.");
}
