using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Posix.Files;
using SnapFs.Posix.Owners;

namespace SnapFs.Files.Scanning;

/// <summary>What all workers of a walk share.</summary>
internal sealed class WalkServices
{
    public required IChunkSink Sink { get; init; }

    public required GearChunker Chunker { get; init; }

    public required ProblemList Problems { get; init; }

    public required PatternSet Excludes { get; init; }

    public required bool ExcludeCaches { get; init; }

    public required bool OneFileSystem { get; init; }

    /// <summary>Directories that are left out wherever they are met: the repository's and the cache's.</summary>
    public required IReadOnlyList<FileStat> Protected { get; init; }

    /// <summary>The tree before this one; null if there is none.</summary>
    public required PreviousTree? Previous { get; init; }

    /// <summary>Told of every page that is put, and of every page of a directory that stays.</summary>
    public required IPageObserver? Observer { get; init; }

    /// <summary>Told of what differs from the tree before.</summary>
    public Action<FileChange, byte[]>? OnChange { get; init; }

    public OwnerNames Owners { get; } = new();

    public LinkTable Links { get; } = new();

    public DescriptorBudget Descriptors { get; init; } = DescriptorBudget.OfProcess();

    /// <summary>Tells of a name in a directory that differs from the tree before.</summary>
    public void Changed(FileChange change, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name) =>
        OnChange?.Invoke(change, RawPath.Join(directory, name));

    /// <summary>Puts a page and tells the observer.</summary>
    public ChunkId PutPage(ReadOnlySpan<byte> page)
    {
        ChunkId id = Sink.Put(ChunkKind.Tree, page);
        Observer?.PagePut(in id, page);
        return id;
    }
}
