using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>The result is allocated if <paramref name="resolved"/> is 0; null, with errno, if there is no such file.
        /// </summary>
        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint realpath(ref readonly byte path, nint resolved);

        [LibraryImport(Library)]
        internal static partial void free(nint memory);
    }
}
