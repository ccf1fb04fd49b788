using System.Runtime.InteropServices;

namespace SnapFs;

internal static partial class Interop
{
    internal static partial class Libsodium
    {
        internal const int crypto_pwhash_SALTBYTES = 16;
        internal const int crypto_pwhash_ALG_ARGON2ID13 = 2;

        /// <returns>0, or -1 when the memory could not be had.</returns>
        [LibraryImport(NativeLibraries.Sodium)]
        internal static partial int crypto_pwhash(
            Span<byte> @out,
            ulong outlen,
            ReadOnlySpan<byte> passwd,
            ulong passwdlen,
            ReadOnlySpan<byte> salt,
            ulong opslimit,
            nuint memlimit,
            int alg);
    }
}
