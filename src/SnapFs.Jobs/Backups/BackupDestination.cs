using SnapFs.Chunks;
using SnapFs.Files.Backups;

namespace SnapFs.Jobs.Backups;

/// <summary>Where a source puts what it reads, and what is known of it from before.</summary>
public sealed record BackupDestination
{
    /// <summary>Where chunks are put; in a dry run, one that stores nothing.</summary>
    public required IChunkSink Sink { get; init; }

    /// <summary>Cuts large files.</summary>
    public required GearChunker Chunker { get; init; }

    /// <summary>The tree of the snapshot before; null if there is none.</summary>
    public PreviousTree? Previous { get; init; }

    /// <summary>Told of every tree page that is put.</summary>
    public required IPageObserver PageObserver { get; init; }

    /// <summary>Directories that are never read: a local repository, the cache.</summary>
    public IReadOnlyList<string> ProtectedDirectories { get; init; } = [];

    /// <summary>Told what the source meets.</summary>
    public required IJobObserver Observer { get; init; }
}
