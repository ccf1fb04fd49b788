namespace SnapFs.Testing.Trees;

/// <summary>The kinds of directory entry.</summary>
public enum EntryKind
{
    Regular,
    Directory,
    Symlink,
    Fifo,
    Socket,
    CharacterDevice,
    BlockDevice,
}

/// <summary>A point in time with nanoseconds, of any year a file system can hold.</summary>
/// <param name="Seconds">Since 1970, negative before.</param>
/// <param name="Nanoseconds">0 to 999,999,999, always forward in time.</param>
public readonly record struct FileTime(long Seconds, uint Nanoseconds);

/// <summary>Everything a scan learned about one entry.</summary>
public sealed record TreeRecord
{
    /// <summary>Path below the scanned directory in the form of <see cref="RawName"/>; <c>.</c> for itself.</summary>
    public required string Path { get; init; }

    public required EntryKind Kind { get; init; }

    /// <summary>The twelve permission bits.</summary>
    public required uint Mode { get; init; }

    public required uint UserId { get; init; }

    public required uint GroupId { get; init; }

    public required FileTime ModifyTime { get; init; }

    public required FileTime ChangeTime { get; init; }

    public required FileTime BirthTime { get; init; }

    /// <summary>Bytes of a regular file or of a link's target; 0 for everything else.</summary>
    public required long Length { get; init; }

    /// <summary>Number of names as the file system counts them; 0 for directories, whose count means nothing.</summary>
    public required uint LinkCount { get; init; }

    /// <summary>All names of the same inode in the tree, sorted; empty if there is one name only.</summary>
    public string LinkGroup { get; init; } = "";

    /// <summary>Target of a symbolic link in the form of <see cref="RawName"/>, otherwise empty.</summary>
    public required string Target { get; init; }

    /// <summary><c>major:minor</c> of a device node, otherwise empty.</summary>
    public required string Device { get; init; }

    /// <summary>Name and hexadecimal value of every extended attribute.</summary>
    public required IReadOnlyDictionary<string, string> Xattrs { get; init; }

    /// <summary>
    /// SHA-256 in hexadecimal of every page of a regular file that is not all zeros, each after its offset; otherwise
    /// empty. With <see cref="Length"/> it stands for the bytes, and holes of many GiB cost nothing.
    /// </summary>
    public required string ContentHash { get; init; }

    /// <summary>The stretches that hold data, <c>first-end</c> in pages of 4 KiB; holes lie between them.</summary>
    public required string DataPages { get; init; }

    /// <summary>Device and inode, only to find link groups within one scan.</summary>
    internal (uint Major, uint Minor, ulong Inode) Identity { get; init; }

    /// <summary>The <see cref="ContentHash"/> of a file that holds these bytes.</summary>
    public static string HashOf(ReadOnlySpan<byte> content) => FileContent.Hash(content);
}
