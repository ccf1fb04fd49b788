using System.Security.Cryptography;

namespace SnapFs.Storage;

/// <summary>Names that are the SHA-256 of what they name.</summary>
internal static class ObjectHash
{
    /// <summary>Refuses bytes that do not have the hash that their name says.</summary>
    /// <exception cref="ArgumentException">They do not, or the name is none that says a hash.</exception>
    internal static void RequireNamed(ObjectName name, ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        if (name.Id != Convert.ToHexStringLower(hash))
        {
            throw new ArgumentException($"{name} is not the name of these bytes", nameof(name));
        }
    }
}
