using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Mount.Histories;

/// <summary>From one snapshot on a path is something else than before.</summary>
/// <param name="At">The first snapshot that has it so.</param>
/// <param name="Before">The last that is known to have it as before; between the two it could not be read.</param>
/// <param name="Type">What is there; null if nothing is.</param>
/// <param name="Directory">What is known of it if it is a directory.</param>
internal readonly record struct EntryChange(int At, int Before, NodeType? Type, DirectoryState? Directory)
{
    /// <summary>Whether something is there that is no directory.</summary>
    internal bool IsFile => Type is not (null or NodeType.Directory);
}

/// <summary>A directory as some snapshots have it.</summary>
/// <param name="Tree">The page at its root.</param>
/// <param name="Device">The device of the source that it was on.</param>
/// <param name="Inode">Its inode number there.</param>
/// <param name="Rights">Stands for owner, group, mode and access list: equal ones are equal. 0 where rights do not count.</param>
internal sealed record DirectoryState(ChunkRef Tree, ulong Device, ulong Inode, UInt128 Rights);
