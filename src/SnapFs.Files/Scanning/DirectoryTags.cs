using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Snapshots;

namespace SnapFs.Files.Scanning;

/// <summary>The marks by which a backup leaves out what is in a directory.</summary>
internal sealed class DirectoryTags
{
    private readonly DirectoryTag[] _tags;

    public DirectoryTags(BackupOptions options) =>
        _tags = [.. options.ExcludeCaches ? [CacheTag.Tag] : (DirectoryTag[])[], .. options.ExcludeIfPresent];

    /// <summary>The marks that an open directory has; empty for most.</summary>
    public IReadOnlyList<DirectoryTag> In(int directory) =>
        _tags.Length == 0 ? [] : Array.FindAll(_tags, tag => tag.IsIn(directory));

    /// <summary>Whether a name is that of one of some marks.</summary>
    public static bool Has(IReadOnlyList<DirectoryTag> tags, ReadOnlySpan<byte> name)
    {
        foreach (DirectoryTag tag in tags)
        {
            if (name.SequenceEqual(tag.Name.Span))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How a snapshot says that the content of a directory with some marks is missing. Only of caches does it say as well
    /// that all of them were left out, so that a reader knows those that it has no room for.</summary>
    public static OmissionKind KindOf(IReadOnlyList<DirectoryTag> tags) =>
        tags.Contains(CacheTag.Tag) ? OmissionKind.CacheDirectory : OmissionKind.Other;
}
