using System.Runtime.InteropServices;

namespace SnapFs;

/// <summary>The versions of the native libraries that this process uses.</summary>
public static class LibraryVersions
{
    /// <summary>libzstd, for example <c>1.5.7</c>.</summary>
    /// <exception cref="MissingLibraryException">It could not be loaded.</exception>
    public static string Zstd() => Text(Interop.Libzstd.ZSTD_versionString());

    /// <summary>libsodium, for example <c>1.0.22</c>.</summary>
    /// <exception cref="MissingLibraryException">It could not be loaded.</exception>
    public static string Sodium() => Text(Interop.Libsodium.sodium_version_string());

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "unknown";
}
