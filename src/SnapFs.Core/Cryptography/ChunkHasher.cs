using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>Computes chunk ids: HMAC-SHA-256 under a key of the domain. Allocates nothing; safe for concurrent use,
/// except for <see cref="Dispose"/>.</summary>
public sealed class ChunkHasher : IDisposable
{
    /// <summary>Length of the key, bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>Length of a hash, bytes.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    private readonly byte[] _key = GC.AllocateArray<byte>(KeyLength, pinned: true);
    private volatile bool _disposed;

    /// <summary>Takes a copy of the key; the caller still zeroes the original.</summary>
    public ChunkHasher(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength, nameof(key));
        key.CopyTo(_key);
    }

    /// <summary>Writes the <see cref="HashLength"/> bytes of the hash of <paramref name="content"/>.</summary>
    public void Hash(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        HMACSHA256.HashData(_key, content, destination);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_key);
    }
}
