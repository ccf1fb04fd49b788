using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int SEEK_DATA = 3;
        internal const int SEEK_HOLE = 4;

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int close(int fd);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint pread(int fd, ref byte buffer, nint count, long offset);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint pwrite(int fd, ref readonly byte buffer, nint count, long offset);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial long lseek(int fd, long offset, int whence);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int ftruncate(int fd, long length);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint getdents64(int fd, ref byte buffer, nint count);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint readlinkat(int directory, ref readonly byte path, ref byte buffer, nint count);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int symlinkat(ref readonly byte target, int directory, ref readonly byte path);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int linkat(
            int oldDirectory, ref readonly byte oldPath, int newDirectory, ref readonly byte newPath, int flags);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int unlinkat(int directory, ref readonly byte path, int flags);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int renameat(
            int oldDirectory, ref readonly byte oldPath, int newDirectory, ref readonly byte newPath);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fchown(int fd, uint user, uint group);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fchownat(int directory, ref readonly byte path, uint user, uint group, int flags);

        /// <summary>Cannot fail.</summary>
        [LibraryImport(Library)]
        internal static partial uint geteuid();

        /// <summary>Cannot fail.</summary>
        [LibraryImport(Library)]
        internal static partial uint getegid();
    }
}
