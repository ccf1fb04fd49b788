namespace SnapFs.Trees;

/// <summary>
/// What a node of an AFS volume has besides what every node has: with it, the record of the vnode can be written as it
/// was dumped. An extension field of a node (<c>docs/format.md</c> section 7.5); spans point into the node.
/// </summary>
/// <remarks>The time of modification is that of the node.</remarks>
public ref struct AfsNode
{
    /// <summary>Bytes of <see cref="AccessList"/>.</summary>
    public const int AccessListLength = 192;

    /// <summary>The vnode number; never 0.</summary>
    public uint Vnode;

    /// <summary>Tells apart the vnodes that have had this number.</summary>
    public uint Uniq;

    /// <summary>1 file, 2 directory, 3 symlink. The node of a symlink whose target no file system can hold is a file with
    /// the target as its data.</summary>
    public byte Type;

    /// <summary>Which fields the record had, a bit for each of <c>t l v m a o g b p s A f</c> from the lowest on.</summary>
    public ushort Fields;

    /// <summary>Link count as dumped.</summary>
    public ushort Links;

    public uint DataVersion;

    /// <summary>Protection server id of who stored last.</summary>
    public int Author;

    /// <summary>Protection server id of the owner, negative for a group.</summary>
    public int Owner;

    /// <summary>The Unix group, mostly 0.</summary>
    public uint Group;

    /// <summary>The mode as dumped: 16 bits, of which the node has 12.</summary>
    public ushort Mode;

    /// <summary>Vnode number of the directory; 0 for the root.</summary>
    public uint Parent;

    /// <summary>When the vnode changed in any way by the server's clock, seconds since 1970.</summary>
    public uint ServerModified;

    /// <summary>The access list of a directory as dumped, 192 bytes; empty if there was none.</summary>
    public ReadOnlySpan<byte> AccessList;

    /// <summary>Bytes of the raw content of a directory; 0 for all else.</summary>
    public long DirectoryLength;

    /// <summary>The raw content of a directory, to be read with <see cref="ChunkListReader"/>; empty for all else, and if
    /// <see cref="DirectoryLength"/> is 0.</summary>
    public ReadOnlySpan<byte> DirectoryContent;

    /// <summary>The number that nodes of one vnode share, whatever their names.</summary>
    public readonly ulong Inode => ((ulong)Uniq << 32) | Vnode;
}
