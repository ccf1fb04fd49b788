using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    /// <content><c>sys/mount.h</c>.</content>
    internal static partial class Libc
    {
        internal const nuint MS_RDONLY = 1;
        internal const nuint MS_NOSUID = 2;
        internal const nuint MS_NODEV = 4;
        internal const nuint MS_NOEXEC = 8;
        internal const nuint MS_NOATIME = 1024;
        internal const int MNT_FORCE = 1;
        internal const int MNT_DETACH = 2;
        internal const int UMOUNT_NOFOLLOW = 8;

        [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int mount(string source, string target, string type, nuint flags, string data);

        [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int umount2(string target, int flags);
    }
}
