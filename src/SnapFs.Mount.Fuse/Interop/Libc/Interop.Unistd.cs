#pragma warning disable CS8981 // names of the C library stay as they are
using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Interop.Libc;

/// <summary>The C library of Linux, 64 bit: what <c>/dev/fuse</c> needs.</summary>
internal static unsafe partial class Interop
{
    private const string Library = "libc";

    internal const int O_RDWR = 2;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const short POLLIN = 1;

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags);

    [LibraryImport(Library)]
    internal static partial int close(int fd);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint writev(int fd, iovec* vectors, int count);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, uint* argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int poll(pollfd* descriptors, nuint count, int timeout);

    [LibraryImport(Library)]
    internal static partial int sched_yield();

    [LibraryImport(Library)]
    internal static partial uint geteuid();

    [LibraryImport(Library)]
    internal static partial uint getegid();

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial byte* realpath(string path, byte* resolved);

    [LibraryImport(Library)]
    internal static partial void free(void* pointer);

    /// <summary>Makes reads of a descriptor return EAGAIN instead of waiting.</summary>
    /// <returns>False with the last error set.</returns>
    internal static bool SetNonBlocking(int fd)
    {
        int flags = fcntl(fd, F_GETFL, 0);
        return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
    }

    /// <summary>Waits until a read would not; also when the descriptor failed, which the read then tells.</summary>
    /// <returns>False with the last error set.</returns>
    internal static bool WaitForInput(int fd)
    {
        pollfd wanted = new() { fd = fd, events = POLLIN };
        return poll(&wanted, 1, -1) >= 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct pollfd
    {
        public int fd;
        public short events;
        public short revents;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct iovec
    {
        public byte* iov_base;
        public nuint iov_len;
    }
}
