using System.Runtime.InteropServices;

namespace SnapFs;

/// <summary>Imports of native functions under their native names, one header a file.</summary>
internal static partial class Interop
{
    /// <summary>libsodium 1.0.18 and later.</summary>
    internal static partial class Libsodium
    {
        static Libsodium() => NativeLibraries.EnsureResolver();

        /// <summary>version.h.</summary>
        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial nint sodium_version_string();

        /// <summary>sodium.h, utils.h: memory between guard pages, locked where the limits allow it.</summary>
        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial nint sodium_malloc(nuint size);

        /// <summary>Overwrites the memory with zeros and gives it back.</summary>
        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial void sodium_free(nint memory);
    }
}
