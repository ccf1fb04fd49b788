using SnapFs.Chunks;

namespace SnapFs.Repository.Packs;

/// <summary>One frame of a pack.</summary>
/// <param name="Offset">First stored byte within the pack.</param>
/// <param name="StoredLength">Stored bytes, nonce and tag included.</param>
/// <param name="PlainLength">Bytes once decrypted and decompressed.</param>
/// <param name="Codec">How it is compressed.</param>
/// <param name="FirstChunk">Position of its first chunk in <see cref="PackDescription.Chunks"/>.</param>
/// <param name="ChunkCount">Chunks it holds, at least 1.</param>
public readonly record struct PackFrame(
    uint Offset, uint StoredLength, uint PlainLength, FrameCodec Codec, int FirstChunk, int ChunkCount);
