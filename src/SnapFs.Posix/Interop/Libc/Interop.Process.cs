using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    /// <content><c>unistd.h</c>, <c>signal.h</c>, <c>stdlib.h</c>: the process itself.</content>
    internal static unsafe partial class Libc
    {
        /// <summary><c>close_range</c> (Linux 5.9; glibc only has it since 2.34).</summary>
        internal const int SYS_close_range = 436;

        /// <summary>Marks the descriptors instead of closing them (Linux 5.11).</summary>
        internal const uint CLOSE_RANGE_CLOEXEC = 4;

        /// <summary>Cannot fail.</summary>
        [LibraryImport(Library)]
        internal static partial uint geteuid();

        /// <summary>Cannot fail.</summary>
        [LibraryImport(Library)]
        internal static partial uint getegid();

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int setsid();

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int kill(int process, int signal);

        [LibraryImport(Library)]
        internal static partial int sched_yield();

        [LibraryImport(Library)]
        internal static partial void _exit(int status);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint syscall(nint number, nuint first, nuint last, nuint flags);

        /// <summary>Returns null with errno set; what it returns is freed by <see cref="free"/>.</summary>
        [LibraryImport(Library, SetLastError = true)]
        internal static partial byte* realpath(ref readonly byte path, byte* resolved);

        [LibraryImport(Library)]
        internal static partial void free(void* pointer);
    }
}
