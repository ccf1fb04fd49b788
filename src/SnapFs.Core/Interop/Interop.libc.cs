using System.Runtime.InteropServices;

namespace SnapFs;

internal static partial class Interop
{
    /// <summary>The one call that loading a carried library needs (sys/mman.h).</summary>
    internal static partial class Libc
    {
        internal const uint MFD_CLOEXEC = 1;
        internal const uint MFD_EXEC = 0x10;

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int memfd_create(string name, uint flags);
    }
}
