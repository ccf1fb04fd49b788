using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>Imports of native functions under their native names. The values are those of Linux on x86-64 and arm64.</summary>
internal static partial class Interop
{
    /// <summary>fcntl.h, unistd.h, stdio.h, errno.h.</summary>
    internal static partial class Libc
    {
        internal const int O_RDONLY = 0;
        internal const int O_WRONLY = 1;
        internal const int O_CREAT = 0x40;
        internal const int O_EXCL = 0x80;
        internal const int O_NONBLOCK = 0x800;
        internal const int O_CLOEXEC = 0x80000;

        /// <summary>The one flag here whose value differs: 0x10000 on arm64, 0x4000 on x86-64.</summary>
        internal static readonly int O_DIRECT =
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

        internal const int F_GETFL = 3;
        internal const int F_SETFL = 4;

        internal const int AT_FDCWD = -100;
        internal const uint RENAME_NOREPLACE = 1;

        internal const int EPERM = 1;
        internal const int ENOENT = 2;
        internal const int EINTR = 4;
        internal const int EIO = 5;
        internal const int EEXIST = 17;
        internal const int ENOTDIR = 20;
        internal const int EINVAL = 22;
        internal const int EFBIG = 27;
        internal const int ENOSPC = 28;
        internal const int ENOSYS = 38;
        internal const int EOPNOTSUPP = 95;
        internal const int EDQUOT = 122;

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial SafeFileHandle open(string pathname, int flags, uint mode);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial nint write(SafeFileHandle fd, ReadOnlySpan<byte> buf, nuint count);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial nint pread(SafeFileHandle fd, Span<byte> buf, nuint count, long offset);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int fcntl(SafeFileHandle fd, int cmd, int arg);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int fsync(SafeFileHandle fd);

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int renameat2(
            int olddirfd, string oldpath, int newdirfd, string newpath, uint flags);

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int link(string oldpath, string newpath);

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int unlink(string pathname);

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int mkdir(string pathname, uint mode);
    }
}
