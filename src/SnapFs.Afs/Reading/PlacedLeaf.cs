using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

/// <summary>A leaf of a tree, and by what it is found again.</summary>
internal readonly record struct PlacedLeaf(ChunkRef Reference, TreePage Page)
{
    /// <summary>Pages of a directory lose a level on each step down, so that a walk ends.</summary>
    /// <param name="parentLevel">Level of the page above.</param>
    /// <param name="child">The page that it refers to.</param>
    public static void CheckLevel(int parentLevel, TreePage child)
    {
        if (child.Level != parentLevel - 1)
        {
            throw new InvalidEncodingException(
                $"a tree page of level {parentLevel} refers to one of level {child.Level}");
        }
    }
}
