using System.Runtime.InteropServices;

namespace SnapFs;

/// <summary>Imports of native functions under their native names, one library a file.</summary>
internal static partial class Interop
{
    /// <summary>libsodium 1.0.22, the one that NSec brings: what NSec does not show of it.</summary>
    internal static partial class Libsodium
    {
        internal const int crypto_kem_xwing_PUBLICKEYBYTES = 1216;
        internal const int crypto_kem_xwing_CIPHERTEXTBYTES = 1120;
        internal const int crypto_kem_xwing_SHAREDSECRETBYTES = 32;
        internal const int crypto_kem_xwing_SEEDBYTES = 32;
        internal const int crypto_kem_xwing_ENCSEEDBYTES = 64;

        static Libsodium()
        {
            NativeLibraries.EnsureResolver();
            if (sodium_init() < 0)
            {
                throw MissingLibraryException.NotLoaded(NativeLibraries.Sodium);
            }
        }

        /// <summary>Safe to call again and from several threads.</summary>
        /// <returns>-1 on failure.</returns>
        [LibraryImport(NativeLibraries.Sodium)]
        private static partial int sodium_init();

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial nint sodium_version_string();

        /// <param name="pk">The public key.</param>
        /// <param name="sk">The secret key: the seed again.</param>
        /// <param name="seed">What both are made of.</param>
        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_kem_xwing_seed_keypair(Span<byte> pk, Span<byte> sk, ReadOnlySpan<byte> seed);

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_kem_xwing_enc(Span<byte> ct, Span<byte> ss, ReadOnlySpan<byte> pk);

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_kem_xwing_enc_deterministic(
            Span<byte> ct, Span<byte> ss, ReadOnlySpan<byte> pk, ReadOnlySpan<byte> seed);

        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_kem_xwing_dec(Span<byte> ss, ReadOnlySpan<byte> ct, ReadOnlySpan<byte> sk);
    }
}
