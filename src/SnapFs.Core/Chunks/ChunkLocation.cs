namespace SnapFs.Chunks;

/// <summary>Where a chunk lies.</summary>
/// <param name="Frame">The frame that holds it.</param>
/// <param name="Offset">Its first byte among the plain bytes of the frame.</param>
/// <param name="Length">Its plain bytes.</param>
public readonly record struct ChunkLocation(FrameLocation Frame, uint Offset, uint Length);
