using SnapFs.Chunks;
using SnapFs.Cryptography;

namespace SnapFs.Repository.Packs;

/// <summary>Names chunks.</summary>
internal static class ChunkIds
{
    /// <summary>The id of a chunk under the key of its domain and kind.</summary>
    internal static ChunkId Of(ChunkHasher hasher, ReadOnlySpan<byte> plain)
    {
        Span<byte> id = stackalloc byte[ChunkId.Length];
        hasher.Hash(plain, id);
        return ChunkId.Read(id);
    }
}
