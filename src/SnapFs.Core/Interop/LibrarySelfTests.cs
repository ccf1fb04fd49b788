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

    internal static void Sodium(nint library)
    {
        delegate* unmanaged<int> init = (delegate* unmanaged<int>)Export(library, "libsodium", "sodium_init");
        if (init() < 0)
        {
            throw MissingLibraryException.Unsuitable("libsodium", "sodium_init failed", "libsodium23");
        }

        Check(library, "crypto_box_sealbytes", Interop.Libsodium.crypto_box_SEALBYTES);
        Check(library, "crypto_box_publickeybytes", Interop.Libsodium.crypto_box_PUBLICKEYBYTES);
        Check(library, "crypto_box_secretkeybytes", Interop.Libsodium.crypto_box_SECRETKEYBYTES);
        Check(library, "crypto_box_seedbytes", Interop.Libsodium.crypto_box_SEEDBYTES);
        Check(library, "crypto_sign_bytes", Interop.Libsodium.crypto_sign_BYTES);
        Check(library, "crypto_sign_publickeybytes", Interop.Libsodium.crypto_sign_PUBLICKEYBYTES);
        Check(library, "crypto_sign_secretkeybytes", Interop.Libsodium.crypto_sign_SECRETKEYBYTES);
        Check(library, "crypto_sign_seedbytes", Interop.Libsodium.crypto_sign_SEEDBYTES);
        Check(library, "crypto_pwhash_saltbytes", Interop.Libsodium.crypto_pwhash_SALTBYTES);

        delegate* unmanaged<int> algorithm =
            (delegate* unmanaged<int>)Export(library, "libsodium", "crypto_pwhash_alg_argon2id13");
        Require(algorithm() == Interop.Libsodium.crypto_pwhash_ALG_ARGON2ID13, "crypto_pwhash_alg_argon2id13");
    }

    private static void Check(nint library, string constant, int expected)
    {
        delegate* unmanaged<nuint> value = (delegate* unmanaged<nuint>)Export(library, "libsodium", constant);
        Require(value() == (nuint)expected, constant);
    }

    private static void Require(bool condition, string constant)
    {
        if (!condition)
        {
            throw MissingLibraryException.Unsuitable("libsodium", $"{constant} is not what it should be", "libsodium23");
        }
    }

    private static nint Export(nint library, string name, string symbol) =>
        NativeLibrary.TryGetExport(library, symbol, out nint address)
            ? address
            : throw MissingLibraryException.Unsuitable(
                name, $"it has no {symbol}", name == "libzstd" ? "libzstd1" : "libsodium23");
}
