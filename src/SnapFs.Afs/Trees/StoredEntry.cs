namespace SnapFs.Afs.Trees;

/// <summary>A <see cref="TreeEntry"/> whose name lies in a common buffer; 16 bytes.</summary>
internal readonly record struct StoredEntry(int Directory, int Child, int NameOffset, int NameLength);
