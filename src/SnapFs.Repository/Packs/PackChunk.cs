using SnapFs.Chunks;

namespace SnapFs.Repository.Packs;

/// <summary>One chunk of a frame; its offset is the sum of the lengths before it.</summary>
/// <param name="Id">The chunk.</param>
/// <param name="Length">Its plain bytes.</param>
public readonly record struct PackChunk(ChunkId Id, uint Length);
