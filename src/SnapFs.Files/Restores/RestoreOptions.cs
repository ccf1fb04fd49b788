using SnapFs.Files.Excludes;
using SnapFs.Owners;
using SnapFs.Posix.Owners;
using SnapFs.Snapshots;

namespace SnapFs.Files.Restores;

/// <summary>Where and how to restore.</summary>
public sealed record RestoreOptions
{
    /// <summary>The directory to restore into, as the kernel reads it; made, with those above it, if it is missing. <c>/</c> is in
    /// place.</summary>
    public required string Target { get; init; }

    /// <summary>The backed-up paths of the snapshot, raw. Directories above them are made if they are missing and
    /// otherwise left alone.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Sources { get; init; }

    /// <summary>What to do with files that exist.</summary>
    public OverwriteMode Overwrite { get; init; } = OverwriteMode.IfChanged;

    /// <summary>Remove what the snapshot does not have from directories that are restored whole.</summary>
    public bool Delete { get; init; }

    /// <summary>What the snapshot lacks, as it says itself: never removed.</summary>
    public IReadOnlyList<Omission> Omissions { get; init; } = [];

    /// <summary>What the backup was told to leave out, and so is not removed; null if the snapshot does not say.</summary>
    public SnapshotSelection? Selection { get; init; }

    /// <summary>Restore only what matches, and everything below it; empty for all. Paths are the recorded ones.
    /// </summary>
    public PatternSet Include { get; init; } = PatternSet.Empty;

    /// <summary>Leave alone what matches and everything below it, also of what is included: it is neither restored nor removed. Paths
    /// are the recorded ones; what the restore itself names is restored.</summary>
    public PatternSet Exclude { get; init; } = PatternSet.Empty;

    /// <summary>Read every file again and compare it with the ids of its chunks.</summary>
    public bool Verify { get; init; }

    /// <summary>Change nothing and count what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Use archived owner numbers and not the numbers that the archived names have here.</summary>
    public bool NumericIds { get; init; }

    /// <summary>The users and groups of this system.</summary>
    public IUserDatabase Users { get; init; } = new SystemUsers();

    /// <summary>Directories that are never removed: a local repository, the cache.</summary>
    public IReadOnlyList<string> ProtectedDirectories { get; init; } = [];

    /// <summary>Threads that decode and write.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told of each entry that is changed, or would be, with its recorded path, or on the target if it is
    /// removed; one at a time.</summary>
    public Action<RestoreChange, byte[]>? OnChange { get; init; }

    /// <summary>Told of each problem as it is found, one at a time.</summary>
    public Action<Problem>? OnProblem { get; init; }
}
