namespace SnapFs.Afs.Trees;

/// <summary>A name in a directory of a volume.</summary>
/// <param name="Directory">Index of the directory in the vnode table.</param>
/// <param name="Child">Index of what is named in the vnode table.</param>
/// <param name="Name">The name's bytes: neither empty nor with a NUL or slash, and neither <c>.</c> nor <c>..</c>.</param>
public readonly record struct TreeEntry(int Directory, int Child, ReadOnlyMemory<byte> Name);
