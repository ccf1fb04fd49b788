using System.Security.Cryptography;

namespace SnapFs.Binary;

/// <summary>Helpers shared by the 32-byte id types.</summary>
internal static class Sha256Id
{
    internal const int Length = 32;

    internal static string ToHex(ReadOnlySpan<byte> id) => Convert.ToHexStringLower(id);

    internal static bool TryParse(ReadOnlySpan<char> hex, Span<byte> id) =>
        hex.Length == 2 * Length
        && !hex.ContainsAnyExceptInRange('0', 'f')
        && hex.IndexOfAnyInRange('A', 'F') < 0
        && Convert.FromHexString(hex, id, out _, out int written) == System.Buffers.OperationStatus.Done
        && written == Length;

    internal static void Hash(ReadOnlySpan<byte> content, Span<byte> id) => SHA256.HashData(content, id);
}
