using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>
/// One entry of a tree page, decoded in place: spans point into the page, which must outlive it.
/// <c>docs/format.md</c> section 7 gives the bytes.
/// </summary>
public ref struct NodeView
{
    /// <summary>The raw name: 1 to 1024 bytes, no NUL and no <c>/</c>, neither <c>.</c> nor <c>..</c>.
    /// Empty only for the root of a snapshot.</summary>
    public ReadOnlySpan<byte> Name;

    public NodeType Type;

    /// <summary>Permission, set-id and sticky bits: 12 bits, no file type.</summary>
    public uint Mode;

    public uint UserId;
    public uint GroupId;
    public Timestamp Modified;

    /// <summary>Time of the last status change (<c>ctime</c>) on the source.</summary>
    public Timestamp Changed;

    /// <summary>Creation time; meaningful if <see cref="HasBirth"/>.</summary>
    public Timestamp Birth;

    public bool HasBirth;

    /// <summary>Inode number on the source.</summary>
    public ulong Inode;

    /// <summary>Device of the source's file system: <c>major &lt;&lt; 32 | minor</c>.</summary>
    public ulong Device;

    /// <summary>Names the source's inode had, wherever they lay. Names of one snapshot with equal
    /// (<see cref="Device"/>, <see cref="Inode"/>) and more than one link are one file.</summary>
    public uint LinkCount;

    /// <summary>Apparent size of a file, bytes, holes included; length of a symlink's target; 0 otherwise.</summary>
    public long Size;

    /// <summary>For a device: <c>major &lt;&lt; 32 | minor</c>.</summary>
    public ulong DeviceNumber;

    /// <summary>The target of a symlink, raw.</summary>
    public ReadOnlySpan<byte> Target;

    /// <summary>How the data of a file is given.</summary>
    public ContentForm ContentForm;

    /// <summary>The data of an inline file.</summary>
    public ReadOnlySpan<byte> Inline;

    /// <summary>The chunk list of a file, to be read with <see cref="ChunkListReader"/>.</summary>
    public ReadOnlySpan<byte> ChunkList;

    /// <summary>Where the data lies in a file with holes, to be read with <see cref="ExtentReader"/>; empty if the
    /// file has none.</summary>
    public ReadOnlySpan<byte> Extents;

    /// <summary>The page at the root of a directory.</summary>
    public ChunkRef Tree;

    /// <summary>Entries below a directory, at any depth.</summary>
    public long SubtreeEntries;

    /// <summary>Sum of the sizes of the files below a directory, at any depth.</summary>
    public long SubtreeBytes;

    /// <summary>Extended attributes, to be read with <see cref="XattrReader"/>; empty if there are none.</summary>
    public ReadOnlySpan<byte> Xattrs;

    /// <summary>Extension fields this version does not interpret, kept when the entry is copied.</summary>
    public ReadOnlySpan<byte> Extensions;

    /// <summary>The whole entry as stored, for copying it unchanged.</summary>
    public ReadOnlySpan<byte> Raw;
}
