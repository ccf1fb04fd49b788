using System.Diagnostics;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Cli.Commands;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Cli.Repositories;
using SnapFs.Files.Backups;
using SnapFs.Files.Caches;
using SnapFs.Objects;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Backups;

/// <summary>One backup from lease to commit.</summary>
internal sealed class BackupJob
{
    private const long FallbackFrames = 32L * 1024 * 1024;

    private readonly CommandContext _context;
    private readonly RepositorySession _session;
    private readonly BackupRequest _request;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Lists what is read, if that is wanted.</summary>
    private Action<FileChange, byte[]>? OnChange => _context.Output.IsVerbose && !_context.Output.IsJson
        ? (change, path) => _context.Output.Line($"{(char)change} {SafeText.Of(path)}")
        : null;

    /// <param name="context">The command.</param>
    /// <param name="session">The repository.</param>
    /// <param name="request">What to do.</param>
    public BackupJob(CommandContext context, RepositorySession session, BackupRequest request)
    {
        _context = context;
        _session = session;
        _request = request;
    }

    /// <summary>Backs up and commits.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; what was uploaded serves the next run.</exception>
    public async Task<BackupOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await using LeaseKeeper lease = await LeaseKeeper.StartAsync(
            _session.Storage,
            _session.Opened.Keys.Domain,
            LeaseKind.Backup,
            _context.Environment.Clock,
            cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await _session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        Problems.Report(_context.Output, reader.Problems);
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(
            reader, WriterOptionsOf(), CancellationToken.None).ConfigureAwait(false);
        using FrameCache frames = new(reader, FallbackFrames, prefetchThreads: 0);
        (string source, SnapshotHead? previous) = FindPrevious(reader);
        using WalkCache cache = OpenCache(frames, source);
        BackupResult result = await WalkAsync(writer, writer.Chunker, cache, previous, cancellationToken)
            .ConfigureAwait(false);
        await writer.FlushAsync().ConfigureAwait(false);
        await lease.HeartbeatAsync(cancellationToken).ConfigureAwait(false);
        if (lease.WasInterrupted)
        {
            throw new CommandFailedException(
                "this machine was suspended for longer than the lease of the backup; what was uploaded is kept, run "
                    + "the backup again");
        }

        SnapshotHead head = HeadOf(result, source, previous, writer.BytesAdded, writer.BytesStored);
        WarnOfClock(previous, head);
        byte[] snapshot = SnapshotCodec.Encode(_session.Opened.Keys.Domain, head, BodyOf(result));
        ObjectId id = await writer.CommitAsync(snapshot, cancellationToken).ConfigureAwait(false);
        cache.Save();
        WarnOf(cache);
        await lease.EndAsync(CancellationToken.None).ConfigureAwait(false);
        return new BackupOutcome(head with { Id = id }, _watch.Elapsed, IsDryRun: false) { Vanished = result.Vanished };
    }

    /// <summary>Reads everything that a backup would read and stores nothing.</summary>
    public async Task<BackupOutcome> DryRunAsync(CancellationToken cancellationToken)
    {
        using RepositoryReader reader = await _session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        Problems.Report(_context.Output, reader.Problems);
        using FrameCache frames = new(reader, FallbackFrames, prefetchThreads: 0);
        (string source, SnapshotHead? previous) = FindPrevious(reader);
        using WalkCache cache = OpenCache(frames, source);
        DryRunSink sink = new(reader, _session.Opened.Keys.Domain);
        GearChunker chunker = new(_session.Opened.Keys.Domain.Gear, _session.Opened.Config.Chunks);
        BackupResult result = await WalkAsync(sink, chunker, cache, previous, cancellationToken).ConfigureAwait(false);
        SnapshotHead head = HeadOf(result, source, previous, sink.BytesAdded, 0);
        WarnOf(cache);
        return new BackupOutcome(head, _watch.Elapsed, IsDryRun: true) { Vanished = result.Vanished };
    }

    private async Task<BackupResult> WalkAsync(
        IChunkSink sink,
        GearChunker chunker,
        WalkCache cache,
        SnapshotHead? previous,
        CancellationToken cancellationToken)
    {
        if (_request.StreamPath is { } streamPath)
        {
            BackupResult result = await StreamAsync(streamPath, sink, chunker, cancellationToken).ConfigureAwait(false);
            OnChange?.Invoke(previous is null ? FileChange.New : FileChange.Changed, streamPath.ToArray());
            return result;
        }

        BackupOptions options = new()
        {
            Sources = _request.Sources,
            Excludes = _request.Excludes,
            ExcludeCaches = _request.ExcludeCaches,
            OneFileSystem = _request.OneFileSystem,
            IgnoreInode = _request.IgnoreInode,
            IgnoreChangeTime = _request.IgnoreChangeTime,
            ProtectedDirectories = _session.ProtectedDirectories,
            Previous = previous is null ? null : new PreviousTree(cache, previous.Root, IsListed: true),
            PageObserver = cache,
            OnChange = OnChange,
            OnProblem = _context.Output.Error,
            OnNote = _context.Output.Warning,
        };
        BackupRun run = new(options, sink, chunker);
        using SourceScan? scan = previous is null && _context.Output.ShowsBar ? SourceScan.Start(options) : null;
        return await RunAsync(
            () => run.Run(cancellationToken),
            () => run.Progress,
            () => previous?.Statistics.Bytes ?? scan?.Bytes,
            sink).ConfigureAwait(false);
    }

    private async Task<BackupResult> StreamAsync(
        ReadOnlyMemory<byte> path, IChunkSink sink, GearChunker chunker, CancellationToken cancellationToken)
    {
        StreamBackup run = new(new StreamOptions { RecordedPath = path }, sink, chunker);
        return await RunAsync(
            () =>
            {
                if (_request.Command is { } command)
                {
                    return run.Run(command, cancellationToken);
                }

                using Stream input = _context.Environment.OpenInput();
                return run.Run(input, cancellationToken);
            },
            () => run.Progress,
            expected: () => null,
            sink).ConfigureAwait(false);
    }

    /// <summary>Does the work on a thread of its own and shows its progress.</summary>
    private async Task<BackupResult> RunAsync(
        Func<BackupResult> work, Func<BackupProgress> progress, Func<long?> expected, IChunkSink sink)
    {
        await using ProgressReporter reporter = ProgressReporter.Start(_context.Output, elapsed =>
        {
            BackupProgress state = progress();
            return new ProgressState("backup", state.Files, state.Bytes, expected(), elapsed);
        });
        try
        {
            return await Task.Run(work, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (sink is RepositoryWriter)
        {
            await ((RepositoryWriter)sink).FlushAsync().ConfigureAwait(false);
            throw;
        }
    }

    private (string Source, SnapshotHead? Previous) FindPrevious(RepositoryReader reader) => PreviousSnapshot.Find(
        reader, _request.Host, _request.Source, _request.RecordedPaths, _context.Output.Warning);

    private WalkCache OpenCache(FrameCache frames, string source)
    {
        WalkCache cache = WalkCache.Open(
            _session.CacheDirectory,
            _session.Opened.RepositoryId,
            _request.Host,
            source,
            new TreePageCache(frames, TreePageCache.DefaultCapacity / 4));
        return cache;
    }

    /// <summary>Says once what was wrong with a cache: all is backed up, it only takes longer.</summary>
    private void WarnOf(WalkCache cache)
    {
        if (cache.Note is { } note)
        {
            _context.Output.Warning(note);
        }
    }

    private WriterOptions WriterOptionsOf()
    {
        RepositoryConfig config = _session.Opened.Config;
        return new WriterOptions(
            config.Chunks,
            (int)config.Groups.SmallerThan,
            (int)config.Groups.Size,
            config.CompressionLevel,
            _session.CacheDirectory);
    }

    /// <summary>Times order the snapshots, so one of a wrong clock hides those that follow from <c>latest</c>.</summary>
    private void WarnOfClock(SnapshotHead? previous, SnapshotHead head)
    {
        if (previous is not null && _request.Time is null && previous.Started > head.Started)
        {
            _context.Output.Warning(
                $"the last snapshot of {head.Host}:{head.Source} is of {Units.Time(previous.Started)}, later than this one: "
                    + "a clock was or is wrong. latest stays with that snapshot until this machine's clock has passed it");
        }
    }

    private SnapshotHead HeadOf(
        BackupResult result, string source, SnapshotHead? previous, long bytesAdded, long bytesStored) => new()
        {
            Id = default,
            Host = _request.Host,
            Source = source,
            Started = _request.Time ?? result.Started,
            Ended = result.Ended,
            Tags = _request.Tags,
            Agent = $"snapfs {VersionCommand.Number}",
            Root = result.Root,
            Previous = previous?.Id,
            IsPartial = result.IsPartial,
            HasXattrs = result.HasXattrs,
            HasAcls = result.HasAcls,
            Statistics = result.Statistics with { BytesAdded = bytesAdded, BytesStored = bytesStored },
        };

    private static SnapshotBody BodyOf(BackupResult result) => new()
    {
        RootNode = result.RootNode,
        RootUser = result.RootUser,
        RootGroup = result.RootGroup,
        Paths = result.Paths,
        Problems = result.Problems,
        MoreProblems = Math.Max(0, result.Statistics.Problems - result.Problems.Count),
        Omissions = result.Omissions,
        MoreOmissions = result.MoreOmissions,
        Selection = result.Selection,
    };
}
