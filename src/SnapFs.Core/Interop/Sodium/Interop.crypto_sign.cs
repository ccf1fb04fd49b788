using System.Runtime.InteropServices;

namespace SnapFs;

internal static partial class Interop
{
    internal static partial class Libsodium
    {
        internal const int crypto_sign_BYTES = 64;
        internal const int crypto_sign_PUBLICKEYBYTES = 32;
        internal const int crypto_sign_SECRETKEYBYTES = 64;
        internal const int crypto_sign_SEEDBYTES = 32;

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_sign_seed_keypair(Span<byte> pk, Span<byte> sk, ReadOnlySpan<byte> seed);

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_sign_detached(
            Span<byte> sig, nint siglen_p, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> sk);

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_sign_verify_detached(
            ReadOnlySpan<byte> sig, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> pk);
    }
}
