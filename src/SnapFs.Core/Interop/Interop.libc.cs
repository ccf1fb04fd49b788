using System.Runtime.InteropServices;

namespace SnapFs;

internal static partial class Interop
{
    /// <summary>Calls about memory (sys/mman.h).</summary>
    internal static partial class Libc
    {
        internal const uint MFD_CLOEXEC = 1;
        internal const uint MFD_EXEC = 0x10;

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int memfd_create(string name, uint flags);

        internal const int MADV_HUGEPAGE = 14;

        [LibraryImport("libc", SetLastError = true)]
        internal static unsafe partial int madvise(void* address, nuint length, int advice);
    }
}
