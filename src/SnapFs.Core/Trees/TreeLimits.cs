using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>Bounds of trees (<c>docs/format.md</c> section 11): readers and writers use the same numbers, and a test holds the
/// document to them.</summary>
public static class TreeLimits
{
    /// <summary>The longest name a reader accepts, bytes: what a kernel takes from a mounted file system.</summary>
    public const int MaxName = 1024;

    /// <summary>The longest name of a file, user or group that is written on Linux, bytes.</summary>
    public const int MaxWrittenName = 255;

    /// <summary>The longest symlink target, bytes.</summary>
    public const int MaxTarget = 65_535;

    /// <summary>The longest inline file, bytes.</summary>
    public const int MaxInline = 65_535;

    /// <summary>The longest extended attribute name, bytes.</summary>
    public const int MaxXattrName = 255;

    /// <summary>The longest extended attribute value, bytes (Linux: XATTR_SIZE_MAX).</summary>
    public const int MaxXattrValue = 65_536;

    /// <summary>An extended attribute value longer than this is a data chunk of its own, bytes.</summary>
    public const int MaxInlineXattr = 512;

    /// <summary>An access list of Linux stays in its node up to this length, so that its page has the names of those it lets in,
    /// bytes.</summary>
    public const int MaxInlineAccessList = 8 * 1024;

    /// <summary>The longest tree page, bytes.</summary>
    public const int MaxPage = 4 * 1024 * 1024;

    /// <summary>The longest node that is written, bytes: with the names of its owners it fits into a page of its own. Readers
    /// take what fits into a page.</summary>
    public const int MaxNode = 3 * 1024 * 1024;

    /// <summary>Once the attributes of a node have this many bytes, further values longer than a chunk's id become chunks, so
    /// that any list Linux can give fits into a node.</summary>
    public const int MaxInlineXattrs = 64 * 1024;

    /// <summary>Writers end a page when it holds this many bytes, whatever its boundaries.</summary>
    public const int PageSplitMax = 256 * 1024;

    /// <summary>Writers look for a content-defined boundary from this many bytes on.</summary>
    public const int PageSplitMin = 32 * 1024;

    /// <summary>Levels of index pages above the leaves of one directory, and of lists above the chunks of one file.
    /// </summary>
    public const int MaxLevels = 4;

    /// <summary>Entries of one chunk list before a level is added above.</summary>
    public const int ChunkListFanout = 4096;

    /// <summary>Whether writers let the value of an attribute stand in its node.</summary>
    /// <param name="valueLength">Bytes of the value.</param>
    /// <param name="before">Bytes of the attributes before it, encoded.</param>
    public static bool IsXattrInline(int valueLength, int before) =>
        valueLength <= (before < MaxInlineXattrs ? MaxInlineXattr : ChunkId.Length);
}
