using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    internal static partial class Libc
    {
        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint flistxattr(int fd, ref byte list, nint size);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint fgetxattr(int fd, ref readonly byte name, ref byte value, nint size);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fsetxattr(
            int fd, ref readonly byte name, ref readonly byte value, nint size, int flags);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fremovexattr(int fd, ref readonly byte name);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint listxattr(ref readonly byte path, ref byte list, nint size);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint getxattr(
            ref readonly byte path, ref readonly byte name, ref byte value, nint size);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int setxattr(
            ref readonly byte path, ref readonly byte name, ref readonly byte value, nint size, int flags);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int removexattr(ref readonly byte path, ref readonly byte name);
    }
}
