using SnapFs.Files.Excludes;

namespace SnapFs.Files.Scanning;

/// <summary>The mark of directories that hold only what can be made again (Cache Directory Tagging Specification).
/// </summary>
internal static class CacheTag
{
    /// <summary>The tag.</summary>
    public static DirectoryTag Tag { get; } =
        new("CACHEDIR.TAG"u8.ToArray(), "Signature: 8a477f597d28d172789f06886806bc55"u8.ToArray());

    /// <summary>Whether an open directory holds a valid tag.</summary>
    public static bool IsIn(int directory) => Tag.IsIn(directory);
}
