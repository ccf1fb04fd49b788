namespace SnapFs.Afs.Trees;

/// <summary>A name in a directory of a dump that was cut off, which leads to a vnode that the dump did not reach.</summary>
/// <param name="Directory">Index of the directory in the vnode table.</param>
/// <param name="Vnode">The vnode number that is named.</param>
/// <param name="Uniq">Its uniquifier.</param>
/// <param name="Name">The name's bytes.</param>
public readonly record struct LostName(int Directory, uint Vnode, uint Uniq, ReadOnlyMemory<byte> Name);
