using System.Runtime.InteropServices;

namespace SnapFs;

/// <summary>The versions of the native libraries that this process uses, carried along or of the system.</summary>
public static class LibraryVersions
{
    /// <summary>libzstd, for example <c>1.5.4</c>.</summary>
    /// <exception cref="MissingLibraryException">It is not there.</exception>
    public static string Zstd() => Text(Interop.Libzstd.ZSTD_versionString());

    /// <summary>libsodium, for example <c>1.0.18</c>.</summary>
    /// <exception cref="MissingLibraryException">It is not there.</exception>
    public static string Sodium() => Text(Interop.Libsodium.sodium_version_string());

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "unknown";
}
