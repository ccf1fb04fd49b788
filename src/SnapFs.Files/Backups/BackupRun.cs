using SnapFs.Chunks;
using SnapFs.Files.Scanning;
using SnapFs.Posix.Files;
using SnapFs.Sizes;
using SnapFs.Snapshots;
using SnapFs.Text;
using SnapFs.Trees;

namespace SnapFs.Files.Backups;

/// <summary>
/// Reads the sources and puts what is new: a walk by directory descriptors that never follows a symlink. Used once.
/// </summary>
public sealed class BackupRun
{
    private readonly BackupOptions _options;
    private readonly IChunkSink _sink;
    private readonly GearChunker _chunker;
    private readonly ProblemList _problems;
    private TreeWalk? _walk;

    /// <param name="options">What to back up.</param>
    /// <param name="sink">Where chunks are put. For a dry run, one that stores nothing.</param>
    /// <param name="chunker">Cuts large files.</param>
    public BackupRun(BackupOptions options, IChunkSink sink, GearChunker chunker)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        _options = options;
        _sink = sink;
        _chunker = chunker;
        _problems = new ProblemList(options.OnProblem);
    }

    /// <summary>How far the run is; may be asked at any time by any thread.</summary>
    public BackupProgress Progress
    {
        get
        {
            BackupProgress sum = new(0, 0, 0, 0, _problems.Count);
            foreach (WalkCounters counters in Volatile.Read(ref _walk)?.Counters ?? [])
            {
                sum = new BackupProgress(
                    sum.Entries + counters.Entries,
                    sum.Files + counters.Files,
                    Saturating.Add(sum.Bytes, counters.Bytes),
                    sum.BytesRead + counters.BytesRead,
                    sum.Problems);
            }

            return sum;
        }
    }

    /// <summary>Checks that there is something to read, before anything is written. A source that is missing beside one that is
    /// there is a problem of the run: one path that was renamed must not cost the backup of all others.</summary>
    /// <exception cref="SourceException">No source exists, or two have the same recorded path.</exception>
    public static void CheckSources(IReadOnlyList<BackupSource> sources) => Look(sources);

    /// <summary>Looks at each source once.</summary>
    /// <inheritdoc cref="CheckSources"/>
    private static List<LookedAt> Look(IReadOnlyList<BackupSource> sources)
    {
        if (sources.Count == 0)
        {
            throw new SourceException("there is nothing to back up: give at least one path");
        }

        List<LookedAt> looked = [];
        HashSet<string> recorded = [];
        long bytes = 0;
        foreach (BackupSource source in Distinct(sources))
        {
            string text = RawPath.ToText(source.Path.Span);
            int error = FileStat.At(Interop.Libc.AT_FDCWD, in RawPath.Terminate(source.Path.Span)[0], out FileStat stat);
            looked.Add(new LookedAt(source, error, error == 0 && stat.Type == NodeType.Symlink));
            bytes += source.RecordedPath.Length + 3;
            if (source.RecordedPath.Length > SnapshotLimits.MaxRecordedPath)
            {
                throw new SourceException(
                    $"the path {text} would be recorded as has {source.RecordedPath.Length} bytes, more than "
                        + $"{SnapshotLimits.MaxRecordedPath}");
            }

            if (!recorded.Add(RawText.FromBytes(source.RecordedPath.Span)))
            {
                string twice = RawPath.ToText(source.RecordedPath.Span);
                throw new SourceException($"two sources would be recorded as {twice}");
            }
        }

        if (looked.TrueForAll(source => source.Errno != 0))
        {
            (BackupSource first, int errno, _) = looked[0];
            string others = recorded.Count > 1 ? $", nor any of the {recorded.Count - 1} other paths" : "";
            throw new SourceException(
                $"cannot back up {RawPath.ToText(first.Path.Span)}{others}: {Interop.Libc.Text(errno)}; nothing was written")
            {
                Path = first.Path,
                Errno = errno,
            };
        }

        if (bytes > SnapshotLimits.MaxPathBytes)
        {
            throw new SourceException($"the {recorded.Count} paths have more bytes than the {SnapshotLimits.MaxPathBytes} that a "
                + "snapshot holds; give directories above them");
        }

        return looked;
    }

    /// <summary>Reads everything. Blocks; the work is done on threads of its own.</summary>
    /// <exception cref="SourceException">A source does not exist; nothing was put.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; what was put can be used by the next.</exception>
    public BackupResult Run(CancellationToken cancellationToken)
    {
        List<LookedAt> looked = Look(_options.Sources);
        Timestamp started = Timestamp.From(DateTimeOffset.UtcNow);
        WalkServices services = new()
        {
            Sink = new GuardedSink(_sink),
            Stop = cancellationToken,
            Chunker = _chunker,
            Problems = _problems,
            Excludes = _options.Excludes,
            Tags = new DirectoryTags(_options),
            MaxFileSize = _options.MaxFileSize,
            OneFileSystem = _options.OneFileSystem,
            IgnoreInode = _options.IgnoreInode,
            IgnoreChangeTime = _options.IgnoreChangeTime,
            Protected = FileStat.Identify(_options.ProtectedDirectories),
            Previous = _options.Previous,
            Observer = _options.PageObserver,
            OnChange = _options.OnChange,
            OnNote = _options.OnNote,
        };
        NoteSymlinks(looked.Where(source => source.IsSymlink));
        ReportMissing(services, looked.Where(source => source.Errno != 0));
        SourceNode tree = SourceNode.Build(
            looked.Where(source => source.Errno == 0)
                .Select(source => (source.Source.RecordedPath.ToArray(), source.Source.Path.ToArray())));
        TreeWalk walk = new(services, tree, _options.Threads, cancellationToken);
        Volatile.Write(ref _walk, walk);
        byte[] root = walk.Run()
            ?? throw new SourceException($"cannot look at /: {string.Join("; ", _problems.Lines)}");
        NodeView node = NodeCodec.Read(root);
        walk.Counters.First().CountXattrs(in node);
        return new BackupResult
        {
            Started = started,
            Ended = Timestamp.From(DateTimeOffset.UtcNow),
            Root = node.Tree,
            RootNode = root,
            RootUser = services.Owners.UserName(node.UserId).ToArray(),
            RootGroup = services.Owners.GroupName(node.GroupId).ToArray(),
            Paths = [.. looked.Select(looked => looked.Source.RecordedPath)],
            Problems = _problems.Listed,
            Omissions = services.Omissions.Listed,
            MoreOmissions = services.Omissions.More,
            Selection = new SnapshotSelection
            {
                Excludes = _options.Excludes.Lines,
                ExcludesCaches = _options.ExcludeCaches,
                OneFileSystem = _options.OneFileSystem,
            },
            Vanished = walk.Counters.Sum(counters => counters.Vanished),
            LostContents = services.LostContents,
            Statistics = Sum(walk.Counters),
            HasXattrs = walk.Counters.Any(counters => counters.HasXattrs),
            HasAcls = walk.Counters.Any(counters => counters.HasAcls),
        };
    }

    /// <summary>Says what is missing, also in the snapshot: nothing below it may be taken for deleted.</summary>
    private void ReportMissing(WalkServices services, IEnumerable<LookedAt> missing)
    {
        foreach ((BackupSource source, int errno, _) in missing)
        {
            ReadOnlySpan<byte> path = source.RecordedPath.Span;
            _problems.Add(path, ErrorKind.Source, OmissionKind.UnreadableFile, errno, "cannot be backed up");
            services.Omissions.Add(path, OmissionKind.UnreadableFile);
            services.MissingSources.Add(RawText.FromBytes(path));
        }
    }

    /// <summary>A link is backed up as one, which surprises who meant what it leads to.</summary>
    private void NoteSymlinks(IEnumerable<LookedAt> links)
    {
        foreach (LookedAt link in links)
        {
            string text = RawPath.ToText(link.Source.Path.Span);
            _options.OnNote?.Invoke($"{text}: is a symlink and is backed up as one; {text}/ is what it leads to");
        }
    }

    /// <summary>A source given twice is one.</summary>
    private static IEnumerable<BackupSource> Distinct(IEnumerable<BackupSource> sources) => sources.DistinctBy(
        source => (Convert.ToHexString(source.Path.Span), Convert.ToHexString(source.RecordedPath.Span)));

    /// <summary>The root itself is a node too.</summary>
    private SnapshotStatistics Sum(IEnumerable<WalkCounters> workers)
    {
        SnapshotStatistics sum = new() { Entries = 1, Directories = 1, Problems = _problems.Count };
        foreach (WalkCounters counters in workers)
        {
            sum = sum with
            {
                Entries = sum.Entries + counters.Entries,
                Files = sum.Files + counters.Files,
                Directories = sum.Directories + counters.Directories,
                Bytes = Saturating.Add(sum.Bytes, counters.Bytes),
                FilesNew = sum.FilesNew + counters.FilesNew,
                FilesChanged = sum.FilesChanged + counters.FilesChanged,
                FilesUnchanged = sum.FilesUnchanged + counters.FilesUnchanged,
            };
        }

        return sum;
    }

    /// <summary>What was found at a source.</summary>
    private readonly record struct LookedAt(BackupSource Source, int Errno, bool IsSymlink);
}
