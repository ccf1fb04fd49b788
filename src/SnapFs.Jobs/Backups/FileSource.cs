using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;

namespace SnapFs.Jobs.Backups;

/// <summary>Files and directories of this machine.</summary>
public sealed class FileSource : IBackupSource
{
    private BackupRun? _run;
    private SourceScan? _scan;

    /// <summary>What to read.</summary>
    public required IReadOnlyList<BackupSource> Sources { get; init; }

    /// <summary>What to leave out.</summary>
    public PatternSet Excludes { get; init; } = PatternSet.Empty;

    /// <summary>Whether tagged caches are left out.</summary>
    public bool ExcludeCaches { get; init; }

    /// <summary>Whether mounts below the sources are left out.</summary>
    public bool OneFileSystem { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> RecordedPaths => [.. Sources.Select(source => source.RecordedPath)];

    /// <inheritdoc/>
    public BackupProgress Progress => Volatile.Read(ref _run)?.Progress ?? default;

    /// <inheritdoc/>
    public long? ExpectedBytes => Volatile.Read(ref _scan)?.Bytes;

    /// <inheritdoc/>
    public void Check() => BackupRun.CheckSources(Sources);

    /// <inheritdoc/>
    public BackupResult Run(BackupDestination destination, CancellationToken cancellationToken)
    {
        BackupOptions options = new()
        {
            Sources = Sources,
            Excludes = Excludes,
            ExcludeCaches = ExcludeCaches,
            OneFileSystem = OneFileSystem,
            ProtectedDirectories = destination.ProtectedDirectories,
            Previous = destination.Previous,
            PageObserver = destination.PageObserver,
            OnChange = destination.Observer.OnChange,
            OnProblem = destination.Observer.Problem,
        };
        BackupRun run = new(options, destination.Sink, destination.Chunker);
        Volatile.Write(ref _run, run);

        // With a snapshot before, its size is as good an estimate and costs nothing.
        bool wantsScan = destination.Previous is null && destination.Observer.WantsEstimate;
        using SourceScan? scan = wantsScan ? SourceScan.Start(options) : null;
        Volatile.Write(ref _scan, scan);
        return run.Run(cancellationToken);
    }
}
