namespace SnapFs.Chunks;

/// <summary>A reference to a chunk from a tree.</summary>
/// <param name="Id">The chunk.</param>
/// <param name="Length">The plain bytes it stands for. In a list of lists, the bytes of the file below it.</param>
public readonly record struct ChunkRef(ChunkId Id, long Length);
