using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int RLIMIT_NOFILE = 7;
        internal const int PRIO_PROCESS = 0;

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int getrlimit(int resource, out ResourceLimit limit);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int setrlimit(int resource, in ResourceLimit limit);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int setpriority(int which, uint who, int priority);

        /// <summary><c>struct rlimit</c> of sys/resource.h, 16 bytes.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct ResourceLimit
        {
            internal ulong Soft;
            internal ulong Hard;
        }
    }
}
