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
        internal static partial int dup2(int from, int to);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int isatty(int fd);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint read(int fd, ref byte buffer, nuint count);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint write(int fd, ref readonly byte buffer, nuint count);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint pread(int fd, ref byte buffer, nint count, long offset);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint pwrite(int fd, ref readonly byte buffer, nint count, long offset);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial long lseek(int fd, long offset, int whence);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fdatasync(int fd);

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

        [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int link(string oldPath, string newPath);

        [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int unlink(string path);

        /// <summary>stdio.h.</summary>
        [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int renameat2(
            int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);
    }
}
