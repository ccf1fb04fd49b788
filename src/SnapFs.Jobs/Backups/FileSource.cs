using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Posix.Files;
using SnapFs.Trees;
using Libc = SnapFs.Posix.Interop.Libc;

namespace SnapFs.Jobs.Backups;

/// <summary>Files and directories of this machine.</summary>
public sealed class FileSource : IBackupSource
{
    private readonly FileSourcePatterns _excludes;
    private BackupRun? _run;
    private SourceScan? _scan;

    /// <param name="sources">What to read; one that is given twice is one.</param>
    /// <param name="excludes">What to leave out, also of the sources themselves; patterns with a slash are relative to each
    /// source.</param>
    public FileSource(IEnumerable<BackupSource> sources, PatternSet excludes)
    {
        List<BackupSource> distinct =
        [
            .. sources.DistinctBy(source =>
                (Convert.ToHexString(source.Path.Span), Convert.ToHexString(source.RecordedPath.Span))),
        ];
        _excludes = new FileSourcePatterns(excludes, distinct);
        LeftOut = [.. distinct.Where(_excludes.LeaveOut)];
        Sources = [.. distinct.Except(LeftOut)];
    }

    /// <summary>What is read.</summary>
    public IReadOnlyList<BackupSource> Sources { get; }

    /// <summary>What was named and is left out by a pattern.</summary>
    public IReadOnlyList<BackupSource> LeftOut { get; }

    /// <summary>Whether tagged caches are left out.</summary>
    public bool ExcludeCaches { get; init; }

    /// <summary>Marks of directories whose content is left out.</summary>
    public IReadOnlyList<DirectoryTag> ExcludeIfPresent { get; init; } = [];

    /// <summary>Regular files of more bytes are left out.</summary>
    public long MaxFileSize { get; init; } = long.MaxValue;

    /// <summary>Whether mounts below the sources are left out.</summary>
    public bool OneFileSystem { get; init; }

    /// <summary>Whether another inode number alone changes no file.</summary>
    public bool IgnoreInode { get; init; }

    /// <summary>Whether another ctime alone changes no file.</summary>
    public bool IgnoreChangeTime { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> RecordedPaths => [.. Sources.Select(source => source.RecordedPath)];

    /// <inheritdoc/>
    public BackupProgress Progress => Volatile.Read(ref _run)?.Progress ?? default;

    /// <inheritdoc/>
    public long? ExpectedBytes => Volatile.Read(ref _scan) is { } scan && (scan.IsCounting || scan.IsComplete) ? scan.Bytes : null;

    /// <inheritdoc/>
    public bool IsCounting => Volatile.Read(ref _scan) is { IsCounting: true };

    /// <inheritdoc/>
    public void Check()
    {
        if (Sources.Count == 0 && LeftOut.Count > 0)
        {
            throw new SourceException("there is nothing to back up: the patterns leave out every path that is named");
        }

        BackupRun.CheckSources(Sources);
    }

    /// <inheritdoc/>
    public BackupResult Run(BackupDestination destination, CancellationToken cancellationToken)
    {
        foreach (BackupSource source in LeftOut)
        {
            destination.Observer.Note($"{SafeText.Of(source.RecordedPath.Span)} is left out by a pattern");
        }

        foreach (string complaint in _excludes.Complaints())
        {
            destination.Observer.Warning(complaint);
        }

        foreach (BackupSource source in Sources.Where(IsTooLarge))
        {
            destination.Observer.Note($"{SafeText.Of(source.RecordedPath.Span)} is left out by its size");
        }

        BackupOptions options = new()
        {
            Sources = Sources,
            Excludes = _excludes.Anchored,
            ExcludeCaches = ExcludeCaches,
            ExcludeIfPresent = ExcludeIfPresent,
            MaxFileSize = MaxFileSize,
            OneFileSystem = OneFileSystem,
            IgnoreInode = IgnoreInode,
            IgnoreChangeTime = IgnoreChangeTime,
            ProtectedDirectories = destination.ProtectedDirectories,
            Previous = destination.Previous,
            PageObserver = destination.PageObserver,
            OnChange = destination.Observer.OnChange,
            OnProblem = destination.Observer.Problem,
            OnNote = destination.Observer.Warning,
        };
        BackupRun run = new(options, destination.Sink, destination.Chunker);
        Volatile.Write(ref _run, run);

        // With a snapshot before, its size is as good an estimate and costs nothing.
        bool wantsScan = destination.Previous is null && destination.Observer.WantsEstimate;
        using SourceScan? scan = wantsScan ? SourceScan.Start(options) : null;
        Volatile.Write(ref _scan, scan);
        return run.Run(cancellationToken);
    }

    private bool IsTooLarge(BackupSource source) => MaxFileSize < long.MaxValue
        && FileStat.At(Libc.AT_FDCWD, in RawPath.Terminate(source.Path.Span)[0], out FileStat stat) == 0
        && stat.Type == NodeType.File
        && stat.Size > MaxFileSize;
}
