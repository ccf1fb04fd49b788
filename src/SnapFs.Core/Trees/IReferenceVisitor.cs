using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>Is told by <see cref="NodeReferences"/> of the chunks that a node needs; each answer says whether to go on.</summary>
public interface IReferenceVisitor
{
    /// <summary>The page at the root of a directory.</summary>
    bool Page(in ChunkRef page);

    /// <summary>A data chunk: a piece of a content, or the value of an extended attribute.</summary>
    bool Data(in ChunkRef chunk);

    /// <summary>A tree chunk that holds a list of chunks.</summary>
    /// <param name="list">Its id, and the bytes of data below it.</param>
    /// <param name="level">The level of the list in it.</param>
    /// <param name="bytes">The bytes of the chunk; empty to leave out what is below it.</param>
    bool List(in ChunkRef list, int level, out ReadOnlyMemory<byte> bytes);
}
