namespace SnapFs.Snapshots;

/// <summary>Why a snapshot lacks something; the numbers are stored (<c>docs/format.md</c> section 8.2). A later version may have
/// stored a number that is not here.</summary>
public enum OmissionKind
{
    /// <summary>A reason that has no number of its own.</summary>
    Other = 0,

    /// <summary>A directory could not be opened or not be listed to its end: entries below it are missing.</summary>
    UnreadableDirectory = 1,

    /// <summary>A file, link or other entry could not be read: it is missing.</summary>
    UnreadableFile = 2,

    /// <summary>An entry is there without some of its extended attributes.</summary>
    UnreadableAttributes = 3,

    /// <summary>A file changed while it was read: its content may never have been so at any moment.</summary>
    Changed = 4,

    /// <summary>An entry was listed and then gone: it is missing.</summary>
    Vanished = 5,

    /// <summary>Something else took the name of an entry while it was read: it is missing.</summary>
    Replaced = 6,

    /// <summary>The format cannot describe an entry, such as a name of more than 255 bytes: it is missing.</summary>
    Indescribable = 7,

    /// <summary>A pattern excluded it: it is missing.</summary>
    Excluded = 8,

    /// <summary>A directory marked as a cache: only the mark was kept.</summary>
    CacheDirectory = 9,

    /// <summary>Another file system is mounted there and was to be left out: its mount point is there, empty.</summary>
    OtherFileSystem = 10,

    /// <summary>A file system that holds no files of its own is mounted there, such as <c>/proc</c> or a mount of snapshots: its
    /// mount point is there, empty.</summary>
    PseudoFileSystem = 11,

    /// <summary>The repository itself or the cache of the backup: always left out.</summary>
    Protected = 12,
}
