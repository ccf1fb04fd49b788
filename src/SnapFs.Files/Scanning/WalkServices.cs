using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Posix.Files;
using SnapFs.Posix.Owners;
using SnapFs.Snapshots;

namespace SnapFs.Files.Scanning;

/// <summary>What all workers of a walk share.</summary>
internal sealed class WalkServices
{
    private long _lostContents;

    public required GuardedSink Sink { get; init; }

    public required GearChunker Chunker { get; init; }

    public required ProblemList Problems { get; init; }

    /// <summary>What the sources have and the tree will lack.</summary>
    public OmissionList Omissions { get; } = new();

    /// <summary>The recorded paths of sources that are not there, as text of raw bytes; filled before the walk begins.</summary>
    public HashSet<string> MissingSources { get; } = [];

    public required PatternSet Excludes { get; init; }

    public required DirectoryTags Tags { get; init; }

    public required long MaxFileSize { get; init; }

    public required bool OneFileSystem { get; init; }

    public bool IgnoreInode { get; init; }

    public bool IgnoreChangeTime { get; init; }

    /// <summary>Directories that are left out wherever they are met: the repository's and the cache's.</summary>
    public required IReadOnlyList<FileStat> Protected { get; init; }

    /// <summary>The tree before this one; null if there is none.</summary>
    public required PreviousTree? Previous { get; init; }

    /// <summary>Whether what is unchanged may be taken over without asking for its chunks.</summary>
    public bool MayInherit => Previous is { IsListed: true } && Sink.HasAllPacks;

    /// <summary>Files that are as the tree before says, and whose content the repository has no more.</summary>
    public long LostContents => Interlocked.Read(ref _lostContents);

    /// <summary>Told of every page that is put, and of every page of a directory that stays.</summary>
    public required IPageObserver? Observer { get; init; }

    /// <summary>Told of what differs from the tree before.</summary>
    public Action<FileChange, byte[]>? OnChange { get; init; }

    /// <summary>Told of what was decided and may surprise.</summary>
    public Action<string>? OnNote { get; init; }

    public OwnerNames Owners { get; } = new();

    public LinkTable Links { get; } = new();

    /// <summary>Set when the run is to end; looked at before each call that may take long.</summary>
    public CancellationToken Stop { get; init; }

    public LeaseWait Leases { get; } = new();

    public DescriptorBudget Descriptors { get; init; } = DescriptorBudget.OfProcess();

    /// <summary>Whether an exception is about what was read: that costs one entry. The others end the run.</summary>
    public bool IsOfEntry(Exception e) =>
        e is not (OperationCanceledException or OutOfMemoryException) && !Sink.HasFailed;

    /// <summary>What an exception says of the entry that it is about.</summary>
    public static string Describe(Exception e) => e is SnapFsException
        ? $"cannot be recorded: {e.Message}"
        : $"cannot be recorded: {e.GetType().Name}, {e.Message}";

    /// <summary>Tells of a name in a directory that differs from the tree before.</summary>
    public void Changed(FileChange change, DirectoryTask directory, ReadOnlySpan<byte> name) =>
        OnChange?.Invoke(change, RawPath.Join(directory.RecordedPath(), name));

    /// <summary>Notes that what the tree before refers to is not in the repository. A tree that is not listed there tells nothing.
    /// </summary>
    public void CountLost() => Interlocked.Add(ref _lostContents, Previous is { IsListed: true } ? 1 : 0);

    /// <summary>Puts a page and tells the observer.</summary>
    public ChunkId PutPage(ReadOnlySpan<byte> page)
    {
        ChunkId id = Sink.Put(ChunkKind.Tree, page);
        Observer?.PagePut(in id, page);
        return id;
    }
}
