using System.Diagnostics;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Caches;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Backups;

/// <summary>One backup from lease to commit.</summary>
public sealed class BackupJob
{
    private const long FallbackFrames = 32L * 1024 * 1024;

    private readonly RepositoryConnection _connection;
    private readonly BackupRequest _request;
    private readonly IJobObserver _observer;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <param name="connection">The repository; not disposed.</param>
    /// <param name="request">What to do.</param>
    /// <param name="observer">Told what happens.</param>
    public BackupJob(RepositoryConnection connection, BackupRequest request, IJobObserver observer)
    {
        _connection = connection;
        _request = request;
        _observer = observer;
    }

    /// <summary>Does what the request asks for.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; what was uploaded serves the next run.</exception>
    /// <exception cref="SnapFsException">There is no snapshot.</exception>
    public Task<BackupOutcome> RunAsync(CancellationToken cancellationToken)
    {
        _request.From.Check();
        _connection.Opened.Keys.RequireMaySignFor(_request.Host);
        return _request.DryRun ? DryRunAsync(cancellationToken) : CommitAsync(cancellationToken);
    }

    private async Task<BackupOutcome> CommitAsync(CancellationToken cancellationToken)
    {
        await using SnapshotRun run = await SnapshotRun.StartAsync(_connection, _observer, cancellationToken).ConfigureAwait(false);
        await using RepositoryWriter writer = await run.OpenWriterAsync().ConfigureAwait(false);
        using FrameCache frames = new(run.Reader, FallbackFrames, prefetchThreads: 0, () => cancellationToken);
        (string source, SnapshotHead? previous) = FindPrevious(run.Reader);
        using WalkCache cache = OpenCache(frames, source);
        BackupResult result;
        try
        {
            result = await ReadAsync(writer, writer.Chunker, cache, previous, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await writer.FlushAsync().ConfigureAwait(false);
            throw;
        }

        SnapshotHead head = await run.CommitAsync(
            writer, HeadOf(result, source, previous), SnapshotParts.BodyOf(result), cancellationToken).ConfigureAwait(false);
        run.ReportLostContents(result.LostContents);
        WarnOfClock(previous, head);
        cache.Save();
        WarnOf(cache);
        await run.EndAsync(cancellationToken).ConfigureAwait(false);
        return new BackupOutcome(head, _watch.Elapsed, IsDryRun: false)
        {
            Vanished = result.Vanished,
            IsRepositoryWhole = run.IsRepositoryWhole,
        };
    }

    /// <summary>Reads everything that a backup would read and stores nothing.</summary>
    private async Task<BackupOutcome> DryRunAsync(CancellationToken cancellationToken)
    {
        using RepositoryReader reader = await _connection.OpenReaderAsync(_observer, cancellationToken).ConfigureAwait(false);
        using FrameCache frames = new(reader, FallbackFrames, prefetchThreads: 0, () => cancellationToken);
        (string source, SnapshotHead? previous) = FindPrevious(reader);
        using WalkCache cache = OpenCache(frames, source);
        DryRunSink sink = new(reader);
        GearChunker chunker = reader.NewChunker(_connection.Opened.Config.Chunks);
        BackupResult result = await ReadAsync(sink, chunker, cache, previous, cancellationToken).ConfigureAwait(false);
        SnapshotHead head = HeadOf(result, source, previous);
        WarnOf(cache);
        SnapshotStatistics statistics = head.Statistics with { BytesAdded = sink.BytesAdded };
        return new BackupOutcome(head with { Statistics = statistics }, _watch.Elapsed, IsDryRun: true) { Vanished = result.Vanished };
    }

    /// <summary>Reads the source on a thread of its own and shows how far it is.</summary>
    private async Task<BackupResult> ReadAsync(
        IChunkSink sink,
        GearChunker chunker,
        WalkCache cache,
        SnapshotHead? previous,
        CancellationToken cancellationToken)
    {
        IBackupSource source = _request.From;
        BackupDestination destination = new()
        {
            Sink = sink,
            Chunker = chunker,
            Previous = previous is null ? null : new PreviousTree(
                cache, previous.Root, IsListed: true),
            PageObserver = cache,
            ProtectedDirectories = _connection.LocalDirectories,
            Observer = _observer,
        };
        await using IAsyncDisposable watch = _observer.Watch(elapsed =>
        {
            BackupProgress state = source.Progress;
            long? expected = previous?.Statistics.Bytes ?? source.ExpectedBytes;
            return new ProgressState("backup", state.Files, state.Bytes, expected, elapsed)
            {
                IsCounting = previous is null && source.IsCounting,
            };
        });
        return await Task.Run(() => source.Run(destination, cancellationToken), CancellationToken.None)
            .ConfigureAwait(false);
    }

    private (string Source, SnapshotHead? Previous) FindPrevious(RepositoryReader reader) =>
        PreviousSnapshot.Find(reader, _request.Host, _request.Source, _request.From.RecordedPaths);

    private WalkCache OpenCache(FrameCache frames, string source)
    {
        WalkCache cache = WalkCache.Open(
            _connection.DomainCacheDirectory,
            _connection.Opened.RepositoryId,
            _request.Host,
            source,
            new TreePageCache(frames, TreePageCache.DefaultCapacity / 4));
        return cache;
    }

    /// <summary>Says what was wrong with the cache unless something of it was said before: all is backed up, it only takes
    /// longer.</summary>
    private void WarnOf(WalkCache cache)
    {
        if (cache.Note is { } note && _connection.Cache?.TryBeFirst() != false)
        {
            _observer.Warning(note);
        }
    }

    /// <summary>Times order the snapshots, so one of a wrong clock hides those that follow from <c>latest</c>.</summary>
    private void WarnOfClock(SnapshotHead? previous, SnapshotHead head)
    {
        if (previous is not null && _request.Time is null && previous.Started > head.Started)
        {
            _observer.Warning(
                $"the last snapshot of {head.Host}:{head.Source} is of {Units.Time(previous.Started)}, later than this one: "
                    + "a clock was or is wrong. latest stays with that snapshot until this machine's clock has passed it");
        }
    }

    private SnapshotHead HeadOf(BackupResult result, string source, SnapshotHead? previous) =>
        SnapshotParts.HeadOf(result, _request.Host, source, _request.Tags, previous) with
        {
            Started = _request.Time ?? result.Started,
        };
}
