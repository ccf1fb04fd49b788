using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;

namespace SnapFs.Jobs.Backups;

/// <summary>Files and directories of this machine.</summary>
public sealed class FileSource : IBackupSource
{
    private readonly PatternSet _excludes;
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
        _excludes = excludes.Below([.. distinct.Select(source => source.RecordedPath)]);
        LeftOut = [.. distinct.Where(IsExcluded)];
        Sources = [.. distinct.Except(LeftOut)];
    }

    /// <summary>What is read.</summary>
    public IReadOnlyList<BackupSource> Sources { get; }

    /// <summary>What was named and is left out by a pattern.</summary>
    public IReadOnlyList<BackupSource> LeftOut { get; }

    /// <summary>Whether tagged caches are left out.</summary>
    public bool ExcludeCaches { get; init; }

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
    public long? ExpectedBytes => Volatile.Read(ref _scan)?.Bytes;

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

        BackupOptions options = new()
        {
            Sources = Sources,
            Excludes = _excludes,
            ExcludeCaches = ExcludeCaches,
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

    private bool IsExcluded(BackupSource source)
    {
        ReadOnlySpan<byte> path = source.RecordedPath.Span;
        int slash = path.LastIndexOf((byte)'/');
        string real = RawText.FromBytes(source.Path.Span);
        return path.Length > 1 && _excludes.IsMatch(path[..slash], path[(slash + 1)..], IsDirectory(real));
    }

    /// <summary>A symlink is backed up as one.</summary>
    private static bool IsDirectory(string path) => Directory.Exists(path) && new FileInfo(path).LinkTarget is null;
}
