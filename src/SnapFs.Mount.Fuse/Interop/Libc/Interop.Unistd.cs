#pragma warning disable CS8981 // names of the C library stay as they are
using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Interop.Libc;

/// <summary>The C library of Linux, 64 bit: what <c>/dev/fuse</c> needs.</summary>
internal static unsafe partial class Interop
{
    private const string Library = "libc";

    internal const int O_RDWR = 2;
    internal const int O_CLOEXEC = 0x80000;

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

    [LibraryImport(Library)]
    internal static partial uint geteuid();

    [LibraryImport(Library)]
    internal static partial uint getegid();

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial byte* realpath(string path, byte* resolved);

    [LibraryImport(Library)]
    internal static partial void free(void* pointer);

    [StructLayout(LayoutKind.Sequential)]
    internal struct iovec
    {
        public byte* iov_base;
        public nuint iov_len;
    }
}
