using System.Runtime.InteropServices;

namespace SnapFs.Posix;

/// <summary>Native functions; <c>Libc</c> holds glibc's, one header a file.</summary>
internal static partial class Interop
{
    /// <summary>glibc on 64-bit Linux. Functions return -1 and set errno unless they say otherwise.</summary>
    internal static partial class Libc
    {
        internal const int AT_FDCWD = -100;
        internal const int AT_SYMLINK_NOFOLLOW = 0x100;
        internal const int AT_REMOVEDIR = 0x200;
        internal const int AT_SYMLINK_FOLLOW = 0x400;
        internal const int AT_NO_AUTOMOUNT = 0x800;
        internal const int AT_EMPTY_PATH = 0x1000;

        internal const int O_RDONLY = 0;
        internal const int O_WRONLY = 1;
        internal const int O_RDWR = 2;
        internal const int O_CREAT = 0x40;
        internal const int O_EXCL = 0x80;
        internal const int O_NOCTTY = 0x100;
        internal const int O_TRUNC = 0x200;
        internal const int O_NONBLOCK = 0x800;
        internal const int O_CLOEXEC = 0x80000;
        internal const int O_PATH = 0x200000;

        internal const int F_GETFD = 1;
        internal const int FD_CLOEXEC = 1;
        internal const int F_GETFL = 3;
        internal const int F_SETFL = 4;

        internal const uint RENAME_NOREPLACE = 1;

        internal const int POSIX_FADV_SEQUENTIAL = 2;
        internal const int POSIX_FADV_DONTNEED = 4;
        internal const int FALLOC_FL_KEEP_SIZE = 1;
        internal const int FALLOC_FL_PUNCH_HOLE = 2;

        private const string Library = "libc.so.6";

        private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

        /// <summary>O_DIRECTORY; arm64 numbers these three differently from x86-64.</summary>
        internal static readonly int O_DIRECTORY = IsArm64 ? 0x4000 : 0x10000;

        /// <summary>O_NOFOLLOW.</summary>
        internal static readonly int O_NOFOLLOW = IsArm64 ? 0x8000 : 0x20000;

        /// <summary>O_DIRECT.</summary>
        internal static readonly int O_DIRECT = IsArm64 ? 0x10000 : 0x4000;

        /// <summary>O_NOATIME.</summary>
        internal const int O_NOATIME = 0x40000;

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int openat(int directory, ref readonly byte path, int flags, uint mode);

        [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int open(string path, int flags, uint mode);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fcntl(int fd, int command, int argument);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fallocate(int fd, int mode, long offset, long length);

        /// <summary>Returns an error number instead of setting errno.</summary>
        [LibraryImport(Library)]
        internal static partial int posix_fadvise(int fd, long offset, long length, int advice);
    }
}
