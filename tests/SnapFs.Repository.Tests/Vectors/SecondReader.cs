using System.Runtime.InteropServices;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>What the reader and the writer in Python need.</summary>
internal static class SecondReader
{
    /// <summary>Tells where the libsodium lies that the tests themselves use.</summary>
    internal static IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>
    {
        ["SNAPFS_LIBSODIUM"] = Path.Combine(
            AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier.Contains("arm64", StringComparison.Ordinal)
                ? "linux-arm64" : "linux-x64", "native", "libsodium.so"),
    };
}
