using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>Gives tree pages, usually from a cache. Safe for concurrent use.</summary>
public interface ITreePages
{
    /// <summary>Loads a page.</summary>
    /// <exception cref="DamagedException">It is missing or damaged; names the pack.</exception>
    TreePage Load(in ChunkRef page);
}
