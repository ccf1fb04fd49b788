using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const uint STATX_BASIC_STATS = 0x7FF;
        internal const uint STATX_BTIME = 0x800;

        internal const ulong STATX_ATTR_MOUNT_ROOT = 0x2000;

        internal const long FUSE_SUPER_MAGIC = 0x65735546;

        internal const uint S_IFMT = 0xF000;
        internal const uint S_IFSOCK = 0xC000;
        internal const uint S_IFLNK = 0xA000;
        internal const uint S_IFREG = 0x8000;
        internal const uint S_IFBLK = 0x6000;
        internal const uint S_IFDIR = 0x4000;
        internal const uint S_IFCHR = 0x2000;
        internal const uint S_IFIFO = 0x1000;

        internal const long UTIME_OMIT = 0x3FFFFFFE;

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int statx(
            int directory, ref readonly byte path, int flags, uint mask, out StatxBuffer buffer);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fstatfs(int fd, out StatfsBuffer buffer);

        /// <summary><c>sys/vfs.h</c>.</summary>
        [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int statfs(string path, out StatfsBuffer buffer);

        [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int mkdir(string path, uint mode);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int mkdirat(int directory, ref readonly byte path, uint mode);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int mknodat(int directory, ref readonly byte path, uint mode, ulong device);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fchmod(int fd, uint mode);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int fchmodat(int directory, ref readonly byte path, uint mode, int flags);

        [LibraryImport(Library, SetLastError = true)]
        internal static unsafe partial int utimensat(
            int directory, ref readonly byte path, Timespec* times, int flags);

        [LibraryImport(Library, SetLastError = true)]
        internal static unsafe partial int futimens(int fd, Timespec* times);

        /// <summary><c>struct timespec</c> of time.h, 16 bytes.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct Timespec
        {
            internal long Seconds;
            internal long Nanoseconds;
        }

        /// <summary><c>struct statx_timestamp</c> of include/uapi/linux/stat.h, 16 bytes.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct StatxTimestamp
        {
            internal long Seconds;
            internal uint Nanoseconds;
            internal int Reserved;
        }

        /// <summary><c>struct statx</c> of include/uapi/linux/stat.h, 256 bytes.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 256)]
        internal struct StatxBuffer
        {
            internal uint Mask;
            internal uint BlockSize;
            internal ulong Attributes;
            internal uint LinkCount;
            internal uint UserId;
            internal uint GroupId;
            internal ushort Mode;
            internal ushort Spare;
            internal ulong Inode;
            internal ulong Size;
            internal ulong Blocks;
            internal ulong AttributesMask;
            internal StatxTimestamp Accessed;
            internal StatxTimestamp Birth;
            internal StatxTimestamp Changed;
            internal StatxTimestamp Modified;
            internal uint DeviceNumberMajor;
            internal uint DeviceNumberMinor;
            internal uint DeviceMajor;
            internal uint DeviceMinor;
            internal ulong MountId;
        }

        /// <summary><c>struct statfs</c> of 64-bit Linux, 120 bytes; only the type is used.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 120)]
        internal struct StatfsBuffer
        {
            internal long Type;
        }
    }
}
