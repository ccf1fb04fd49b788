using System.Runtime.InteropServices;

namespace SnapFs.Cli;

/// <summary>What this project calls of the C library (POSIX.1-2008 and Linux).</summary>
internal static partial class Interop
{
    internal const int EINTR = 4;
    internal const int EPIPE = 32;
    internal const int O_RDWR = 2;
    internal const int O_NOCTTY = 0x100;
    internal const int O_CLOEXEC = 0x80000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, ref byte buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, ref readonly byte buffer, nuint count);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int dup2(int from, int to);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int isatty(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsid();

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int process, int signal);

    /// <summary><c>close_range</c> (Linux 5.9; glibc only has it since 2.34).</summary>
    internal const int SYS_close_range = 436;

    /// <summary>Marks the descriptors instead of closing them (Linux 5.11).</summary>
    internal const uint CLOSE_RANGE_CLOEXEC = 4;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nuint first, nuint last, nuint flags);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    [LibraryImport("libc")]
    internal static partial void _exit(int status);
}
