namespace SnapFs.Afs.Trees;

/// <summary>Something that directories and vnodes of a volume disagree about.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Directory">Vnode number of the directory; 0 if there is none.</param>
/// <param name="Vnode">Vnode number that is named, or that lacks a name.</param>
/// <param name="Uniq">The uniquifier that goes with it.</param>
/// <param name="Name">The name's bytes; empty if there is none.</param>
/// <param name="Finding">What is wrong with the content of a directory, or odd about a name; otherwise null.</param>
public sealed record TreeProblem(
    TreeProblemKind Kind, uint Directory, uint Vnode, uint Uniq, ReadOnlyMemory<byte> Name, string? Finding = null);
