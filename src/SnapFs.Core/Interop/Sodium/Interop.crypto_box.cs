using System.Runtime.InteropServices;

namespace SnapFs;

internal static partial class Interop
{
    internal static partial class Libsodium
    {
        internal const int crypto_box_PUBLICKEYBYTES = 32;
        internal const int crypto_box_SECRETKEYBYTES = 32;
        internal const int crypto_box_SEEDBYTES = 32;
        internal const int crypto_box_SEALBYTES = 48;

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_box_seed_keypair(Span<byte> pk, Span<byte> sk, ReadOnlySpan<byte> seed);

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_box_seal(
            Span<byte> c, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> pk);

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_box_seal_open(
            Span<byte> m, ReadOnlySpan<byte> c, ulong clen, ReadOnlySpan<byte> pk, ReadOnlySpan<byte> sk);
    }
}
