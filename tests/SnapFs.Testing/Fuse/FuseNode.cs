namespace SnapFs.Testing.Fuse;

/// <summary>A file, directory or link of a <see cref="FuseTree"/>. Nothing in it is checked: it may lie. May be changed while it is
/// mounted.</summary>
public sealed class FuseNode
{
    private const uint TypeMask = 0xF000;
    private const uint DirectoryType = 0x4000;
    private const uint RegularType = 0x8000;
    private const uint SymlinkType = 0xA000;

    /// <summary>Type and permissions.</summary>
    public uint Mode { get; set; }

    /// <summary>The size that it claims.</summary>
    public ulong Size { get; set; }

    /// <summary>The blocks of 512 bytes that it claims; null for what the size needs.</summary>
    public ulong? Blocks { get; set; }

    /// <summary>Its number of names.</summary>
    public uint Links { get; set; } = 1;

    /// <summary>The inode number that it claims; null for its own.</summary>
    public ulong? Inode { get; set; }

    /// <summary>Seconds of mtime and ctime.</summary>
    public ulong Time { get; set; } = 1_600_000_000;

    /// <summary>Nanoseconds of mtime and ctime, as they are sent.</summary>
    public uint Nanoseconds { get; set; } = 5;

    /// <summary>The content of a file: bytes from an offset, at most so many. None ends it.</summary>
    public Func<long, int, byte[]> Read { get; set; } = (_, _) => [];

    /// <summary>The target of a link.</summary>
    public byte[] Target { get; set; } = [];

    /// <summary>The names of a directory.</summary>
    public List<(byte[] Name, FuseNode Node)> Entries { get; } = [];

    /// <summary>Extended attributes in the order in which they are listed.</summary>
    public List<(byte[] Name, byte[] Value)> Xattrs { get; } = [];

    /// <summary>Called before each call on this node; an error number, or 0 to go on.</summary>
    public Func<FuseCall, int>? OnCall { get; set; }

    /// <summary>The number under which the kernel knows it.</summary>
    public ulong Id { get; internal set; }

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsFile => (Mode & TypeMask) == RegularType;

    /// <summary>Whether it is a symlink.</summary>
    public bool IsSymlink => (Mode & TypeMask) == SymlinkType;

    /// <summary>A directory of some entries.</summary>
    public static FuseNode Directory(params (byte[] Name, FuseNode Node)[] entries)
    {
        FuseNode node = new() { Mode = DirectoryType | 0x1ED, Links = 2 };
        node.Entries.AddRange(entries);
        return node;
    }

    /// <summary>A file with some content.</summary>
    public static FuseNode File(byte[] content) => new()
    {
        Mode = RegularType | 0x1A4,
        Size = (ulong)content.Length,
        Read = (offset, count) => offset < content.Length
            ? content.AsSpan((int)offset, (int)Math.Min(count, content.Length - offset)).ToArray()
            : [],
    };

    /// <summary>A link.</summary>
    public static FuseNode Symlink(byte[] target) => new()
    {
        Mode = SymlinkType | 0x1FF,
        Size = (ulong)target.Length,
        Target = target,
    };
}
