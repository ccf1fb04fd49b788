namespace SnapFs.Chunks;

/// <summary>What a chunk holds. Each kind has its own id key, its own packs and its own index segments.</summary>
public enum ChunkKind : byte
{
    /// <summary>Bytes of files and large extended attributes.</summary>
    Data = 1,

    /// <summary>Tree pages and the chunk lists of very large files.</summary>
    Tree = 2,
}
