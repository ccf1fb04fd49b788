using System.Runtime.InteropServices;

namespace SnapFs;

/// <summary>Compares what the imports assume with what the loaded library says, before anything relies on it.</summary>
internal static unsafe class LibrarySelfTests
{
    private const uint OldestZstd = 10400;

    internal static void Zstd(nint library)
    {
        delegate* unmanaged<uint> version = (delegate* unmanaged<uint>)Export(library, "libzstd", "ZSTD_versionNumber");
        uint found = version();
        if (found < OldestZstd)
        {
            throw MissingLibraryException.Unsuitable("libzstd", $"it is version {found}, needed is {OldestZstd}", "libzstd1");
        }
    }

    private static nint Export(nint library, string name, string symbol) =>
        NativeLibrary.TryGetExport(library, symbol, out nint address)
            ? address
            : throw MissingLibraryException.Unsuitable(
                name, $"it has no {symbol}", "libzstd1");
}
