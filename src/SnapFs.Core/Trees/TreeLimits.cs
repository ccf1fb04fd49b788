namespace SnapFs.Trees;

/// <summary>Bounds that every reader enforces (<c>docs/format.md</c> section 7).</summary>
public static class TreeLimits
{
    /// <summary>The longest name, bytes.</summary>
    public const int MaxName = 255;

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

    /// <summary>The longest tree page, bytes.</summary>
    public const int MaxPage = 4 * 1024 * 1024;

    /// <summary>Writers end a page when it holds this many bytes, whatever its boundaries.</summary>
    public const int PageSplitMax = 256 * 1024;

    /// <summary>Writers look for a content-defined boundary from this many bytes on.</summary>
    public const int PageSplitMin = 32 * 1024;

    /// <summary>Levels of index pages above the leaves of one directory, and of lists above the chunks of one file.
    /// </summary>
    public const int MaxLevels = 4;

    /// <summary>Entries of one chunk list before a level is added above.</summary>
    public const int ChunkListFanout = 4096;
}
