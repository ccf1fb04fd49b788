using SnapFs.Jobs.Connections;
using SnapFs.Objects;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Backups;

/// <summary>A run that adds snapshots to a repository, whatever they are of: its lease, what there was once that was put, and
/// the commits.</summary>
internal sealed class SnapshotRun : IAsyncDisposable
{
    /// <summary>What comes after the commit ends by then.</summary>
    private static readonly TimeSpan OrderTerm = TimeSpan.FromMinutes(10);

    private readonly RepositoryConnection _connection;
    private readonly IJobObserver _observer;
    private readonly LeaseKeeper _lease;
    private readonly WritingRun _run;
    private readonly HashSet<string> _reported = [];
    private bool _hasCommitted;
    private int _damagedObjects;
    private int _lostPacks;
    private long _lostContents;

    private SnapshotRun(RepositoryConnection connection, IJobObserver observer, LeaseKeeper lease, RepositoryReader reader)
    {
        _connection = connection;
        _observer = observer;
        _lease = lease;
        _run = reader.BeginRun(lease.Run);
        Reader = reader;
    }

    /// <summary>The repository.</summary>
    public RepositoryReader Reader { get; }

    /// <summary>Whether nothing was found wrong with the repository itself.</summary>
    public bool IsRepositoryWhole =>
        Reader.Problems.Count == 0 && _lostPacks == 0 && _lostContents == 0 && _damagedObjects == 0;

    /// <summary>Puts a lease, then reads the index and lists the snapshots: what is listed then stays for as long as the run
    /// lives.</summary>
    /// <param name="connection">The repository; not disposed.</param>
    /// <param name="observer">Told what is wrong with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<SnapshotRun> StartAsync(
        RepositoryConnection connection, IJobObserver observer, CancellationToken cancellationToken)
    {
        LeaseKeeper lease = await LeaseKeeper.StartAsync(
            connection.Storage, connection.Opened.Keys, LeaseKind.Backup, connection.Clock, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            RepositoryReader reader = await connection.OpenReaderAsync(observer, cancellationToken).ConfigureAwait(false);
            lease.SetMarks(reader.MarksHash);
            return new SnapshotRun(connection, observer, lease, reader);
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Begins to write what one snapshot needs.</summary>
    public async Task<RepositoryWriter> OpenWriterAsync()
    {
        RepositoryWriter writer = await RepositoryWriter.OpenAsync(
            Reader, _run, _connection.WriterOptions, CancellationToken.None)
            .ConfigureAwait(false);
        if (writer.LostPacks > _lostPacks)
        {
            _lostPacks = writer.LostPacks;
            _observer.Problem(new Problem(
                ErrorKind.Damaged,
                $"lost from the repository: {Units.Count(writer.LostPacks, "pack")}, missing or cut off; what the sources "
                    + "still have is stored again, 'snapfs check' names the rest"));
        }

        return writer;
    }

    /// <summary>Tells that files had lost their content, unless the packs it lay in were told of.</summary>
    /// <param name="files">How many.</param>
    public void ReportLostContents(long files)
    {
        if (files > 0 && _lostPacks == 0)
        {
            _lostContents = files;
            _observer.Problem(new Problem(
                ErrorKind.Damaged,
                $"lost from the repository: the content of {Units.Count(files, "file")}; it was stored again, 'snapfs check' names "
                    + "what else is lost"));
        }
    }

    /// <summary>Stores what was put, then the snapshot.</summary>
    /// <param name="writer">Has what the snapshot needs; of no use afterwards.</param>
    /// <param name="head">The snapshot, still without what the writer counted.</param>
    /// <param name="body">The rest of it.</param>
    /// <param name="cancellationToken">Gives up; what was put serves the next run.</param>
    /// <returns>The head as it was stored, with its id.</returns>
    /// <exception cref="SnapFsException">There is no snapshot.</exception>
    public async Task<SnapshotHead> CommitAsync(
        RepositoryWriter writer, SnapshotHead head, SnapshotBody body, CancellationToken cancellationToken)
    {
        await writer.FlushAsync().ConfigureAwait(false);
        await _lease.HeartbeatAsync(cancellationToken).ConfigureAwait(false);
        if (_lease.WasInterrupted)
        {
            throw new JobException(
                ErrorKind.Environment,
                "this machine was suspended for longer than the lease of this run; what was uploaded is kept, run it again");
        }

        if (_lease.HasTwin)
        {
            throw new JobException(
                ErrorKind.Environment,
                "a copy of this machine runs too, with the same run: neither may finish it; what was uploaded is kept, run it again");
        }

        SnapshotHead counted = head with
        {
            PathsHash = Reader.HashPaths(body.Paths),
            Statistics = head.Statistics with { BytesAdded = writer.BytesAdded, BytesStored = writer.BytesStored },
        };
        ObjectId id = await writer.CommitAsync(_lease.LastNumber, counted, body, cancellationToken).ConfigureAwait(false);
        _lease.AddSnapshot(id);
        _hasCommitted = true;
        ReportUnreadablePacks();
        return counted with { Id = id, Run = _run.Id, Sequence = _run.Sequence };
    }

    /// <summary>Ends a run that did all it was to do: puts the index in order, ends the lease and removes those of runs long ago. One
    /// that did not lets its lease age.</summary>
    /// <param name="cancellationToken">Leaves the index as it is; the run ends all the same.</param>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_hasCommitted && !_lease.WasInterrupted && !_lease.HasTwin)
        {
            await PutInOrderAsync(cancellationToken).ConfigureAwait(false);
        }

        await _lease.EndAsync(CancellationToken.None).ConfigureAwait(false);
        await OldLeases.RemoveAsync(
            _connection.Storage, _connection.Opened.Keys, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Tells which packs could not be read where the snapshots before lie in them, unless lost packs were told of.</summary>
    private void ReportUnreadablePacks()
    {
        if (_lostPacks > 0)
        {
            return;
        }

        foreach (string name in Reader.UnreadablePacks.Where(_reported.Add))
        {
            _damagedObjects++;
            _observer.Problem(new Problem(
                ErrorKind.Damaged,
                $"{name}: something in it cannot be read; what the sources still have of it was stored again, 'snapfs check "
                    + "--read-data' names the rest"));
        }
    }

    /// <summary>Puts together what many runs have put into the index, for readers without a cache. Nothing that was backed up needs it, so
    /// it may take only so long, and what goes wrong with the storage is a warning.</summary>
    private async Task PutInOrderAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(OrderTerm);
        try
        {
            foreach (SnapFsException problem in await CatalogueWriter.WriteAsync(Reader, _run, limited.Token).ConfigureAwait(false))
            {
                _observer.Problem(Problem.Of(problem));
                _damagedObjects++;
            }

            await HeadsWriter.WriteAsync(Reader, _run, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limited.IsCancellationRequested)
        {
            // Another run does it.
        }
        catch (SnapFsException e)
        {
            _observer.Warning($"the index was not put in order, which a later run tries again: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Reader.Dispose();
        _run.Dispose();
        await _lease.DisposeAsync().ConfigureAwait(false);
    }
}
