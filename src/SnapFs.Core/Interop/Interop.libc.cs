using System.Runtime.InteropServices;

namespace SnapFs;

internal static partial class Interop
{
    /// <summary>Calls about memory (sys/mman.h).</summary>
    internal static unsafe partial class Libc
    {
        internal const uint MFD_CLOEXEC = 1;
        internal const uint MFD_EXEC = 0x10;
        internal const int MADV_HUGEPAGE = 14;
        internal const int MADV_DONTDUMP = 16;
        internal const int PROT_NONE = 0;
        internal const int PROT_READ = 1;
        internal const int PROT_WRITE = 2;
        internal const int MAP_PRIVATE = 2;
        internal const int MAP_ANONYMOUS = 0x20;
        internal const nint MAP_FAILED = -1;

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int memfd_create(string name, uint flags);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int madvise(void* address, nuint length, int advice);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial nint mmap(nint address, nuint length, int protection, int flags, int descriptor, long offset);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int mprotect(nint address, nuint length, int protection);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int munmap(nint address, nuint length);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int mlock(nint address, nuint length);
    }
}
