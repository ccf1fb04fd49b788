using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    /// <content><c>time.h</c>.</content>
    internal static partial class Libc
    {
        internal const int CLOCK_BOOTTIME = 7;

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int clock_gettime(int clock, out Timespec time);
    }
}
