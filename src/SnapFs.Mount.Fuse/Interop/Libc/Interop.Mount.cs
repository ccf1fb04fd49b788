using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Interop.Libc;

/// <content><c>sys/mount.h</c>.</content>
internal static unsafe partial class Interop
{
    internal const nuint MS_RDONLY = 1;
    internal const nuint MS_NOSUID = 2;
    internal const nuint MS_NODEV = 4;
    internal const int MNT_FORCE = 1;
    internal const int MNT_DETACH = 2;
    internal const int UMOUNT_NOFOLLOW = 8;

    /// <summary>Room for <c>struct statfs</c> (120 bytes on Linux, 64 bit).</summary>
    internal const int StatFsLength = 256;

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mount(string source, string target, string type, nuint flags, string data);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int umount2(string target, int flags);

    /// <summary><c>sys/vfs.h</c>.</summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statfs(string path, byte* result);
}
