using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapFs.Posix;

internal static partial class Interop
{
    /// <content>Calls on descriptors that a handle owns: none is closed while it is in use.</content>
    internal static partial class Libc
    {
        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint write(SafeFileHandle fd, ReadOnlySpan<byte> buffer, nuint count);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint pread(SafeFileHandle fd, Span<byte> buffer, nuint count, long offset);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fcntl(SafeFileHandle fd, int command, int argument);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fsync(SafeFileHandle fd);

        internal const int LOCK_EX = 2;
        internal const int LOCK_NB = 4;

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int flock(SafeFileHandle fd, int operation);
    }
}
