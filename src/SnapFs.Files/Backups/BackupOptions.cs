using SnapFs.Files.Excludes;

namespace SnapFs.Files.Backups;

/// <summary>What to back up and how.</summary>
public sealed record BackupOptions
{
    /// <summary>The paths; at least one, no two with the same recorded path.</summary>
    public required IReadOnlyList<BackupSource> Sources { get; init; }

    /// <summary>What to leave out. Sources themselves are never left out.</summary>
    public PatternSet Excludes { get; init; } = PatternSet.Empty;

    /// <summary>Of directories with a valid <c>CACHEDIR.TAG</c>, keep only the tag.</summary>
    public bool ExcludeCaches { get; init; }

    /// <summary>Of directories with one of these marks, keep only the mark.</summary>
    public IReadOnlyList<DirectoryTag> ExcludeIfPresent { get; init; } = [];

    /// <summary>Leave out regular files of more bytes, also sources.</summary>
    public long MaxFileSize { get; init; } = long.MaxValue;

    /// <summary>Leave out what is mounted below a source; the mount points are kept, empty.</summary>
    public bool OneFileSystem { get; init; }

    /// <summary>Directories that are always left out: a local repository, the cache.</summary>
    public IReadOnlyList<string> ProtectedDirectories { get; init; } = [];

    /// <summary>Threads that read, cut, hash, compress and encrypt.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The tree to take unchanged files from, if there is one.</summary>
    public PreviousTree? Previous { get; init; }

    /// <summary>Told of every tree page that is put, usually a <see cref="Caches.WalkCache"/>.</summary>
    public IPageObserver? PageObserver { get; init; }

    /// <summary>Told of what differs from <see cref="Previous"/> as it is found or read, with its recorded path, raw; by
    /// any thread, in no order.</summary>
    public Action<FileChange, byte[]>? OnChange { get; init; }

    /// <summary>Take a file for unchanged although its inode number is another one. For file systems that number their files
    /// anew at each mount, as many in user space and some on the network do.</summary>
    public bool IgnoreInode { get; init; }

    /// <summary>Take a file for unchanged although its ctime is another one; its attributes are read again. For trees whose
    /// every file is touched by something that changes no content.</summary>
    public bool IgnoreChangeTime { get; init; }

    /// <summary>Told of each problem as it is found, one at a time.</summary>
    public Action<Problem>? OnProblem { get; init; }

    /// <summary>Told of what was decided and may surprise, such as a mount of snapshots that was left out; by any thread.
    /// </summary>
    public Action<string>? OnNote { get; init; }
}
