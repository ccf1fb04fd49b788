using System.Diagnostics;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Importing;
using SnapFs.Afs.Names;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Jobs.Backups;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository;
using SnapFs.Repository.Kept;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>Takes dumps in, each from its headers to its snapshot, under one lease.</summary>
/// <param name="connection">The repository; not disposed.</param>
/// <param name="request">What to do.</param>
/// <param name="observer">Told what happens.</param>
/// <param name="imports">Told what becomes of each dump.</param>
public sealed class VolumeImportJob(
    RepositoryConnection connection, VolumeImportRequest request, IJobObserver observer, IVolumeImportObserver imports)
{
    private const long FrameBytes = 32L * 1024 * 1024;

    /// <summary>Of a dry run, what a real one would have committed by now.</summary>
    private readonly List<SnapshotHead> _planned = [];

    private readonly KeptStates _kept = new(connection, observer);

    private SnapFsException? _firstFailure;

    /// <summary>Takes all in; one that fails does not keep the others from it.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; what was committed stays, what was uploaded serves the next
    /// run.</exception>
    public async Task<VolumeImportSummary> RunAsync(CancellationToken cancellationToken)
    {
        await using SnapshotRun run = await SnapshotRun.StartAsync(connection, observer, cancellationToken).ConfigureAwait(false);
        bool isPartial = false;
        foreach (string file in request.Server is null
            ? await new DumpOrder(request, Fail).SortAsync(cancellationToken).ConfigureAwait(false)
            : request.Files)
        {
            string name = request.Server is null ? DumpFile.NameOf(file) : SafeText.Of(file);
            try
            {
                VolumeImportOutcome outcome = request.Server is { } server
                    ? await new CellImport(server, request, ImportAsync)
                        .RunAsync(file, run, cancellationToken).ConfigureAwait(false)
                    : await ImportFileAsync(file, run, cancellationToken).ConfigureAwait(false);
                await run.Reader.RefreshAsync(cancellationToken).ConfigureAwait(false);
                imports.Imported(outcome, run.Reader);
                isPartial |= outcome.Other is not null || outcome.Snapshot?.Dump?.Salvage is not null;
            }
            catch (SnapFsException e) when (FailureScope.IsOfOne(e))
            {
                Fail(name, e);
            }
        }

        _kept.RemoveOld(run.Reader.Snapshots);
        await run.EndAsync(cancellationToken).ConfigureAwait(false);
        return new VolumeImportSummary(_firstFailure, isPartial, run.IsRepositoryWhole);
    }

    private void Fail(string name, SnapFsException failure)
    {
        _firstFailure ??= failure;
        imports.Failed(name, failure);
    }

    private async Task<VolumeImportOutcome> ImportFileAsync(
        string file, SnapshotRun run, CancellationToken cancellationToken)
    {
        using DumpSource dump = await DumpFile.OpenAsync(file, request.Filter, request.OpenInput, cancellationToken)
            .ConfigureAwait(false);
        return await ImportAsync(dump, life: null, run, cancellationToken).ConfigureAwait(false);
    }

    private async Task<VolumeImportOutcome> ImportAsync(
        DumpSource dump, VolumeLife? life, SnapshotRun run, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            RepositoryReader reader = run.Reader;
            await using RepositoryWriter writer = await run.OpenWriterAsync().ConfigureAwait(false);
            using KeptTreeWriter? keeper = _kept.Begin();
            using VolumeImport import = new(Options with { Keeper = keeper }, dump.Stream, writer, writer.Chunker);
            DumpFacts facts = DumpFacts.Of(import.Header, import.Volume, request.TakenAt) with { Life = life };
            VolumeChains chains = new(reader.Snapshots.Concat(_planned), request.Cell, facts.VolumeId, facts.Name);
            ImportRules.CheckCell(facts, request, reader.Snapshots);
            connection.Opened.Keys.RequireMaySignFor(request.Cell, facts.Name);
            (ChainVerdict verdict, SnapshotHead? predecessor) = chains.Judge(facts);
            ImportRules.Check(facts, verdict, request);
            bool isThere = verdict.Fit == ChainFit.AlreadyThere;
            SnapshotHead? below = facts.IsFull ? null : isThere ? chains.Find(predecessor?.Volume?.Predecessor) : predecessor;
            List<SnapshotHead> near = StatesNear(chains, below);
            using KeptTreeSource? source = request.DryRun ? null : _kept.Open(reader, near);
            bool isReadable = below is not null && (reader.CanRead(below) || source?.Has(below.Root.Id) == true);
            if (request.DryRun || (isThere && !facts.IsFull && !isReadable))
            {
                // Without the state that it was applied on, an increment cannot be compared with what was made of it.
                await dump.DrainAsync(cancellationToken).ConfigureAwait(false);
                return Unread(dump, facts, verdict.Fit, predecessor, watch.Elapsed);
            }

            if (below is not null && !isReadable)
            {
                throw DumpRefusedException.Unreadable(facts);
            }

            using FrameCache frames = new(source ?? (IChunkSource)reader, FrameBytes, prefetchThreads: 1, () => cancellationToken);
            VolumeBefore? before = below is null
                ? null
                : new VolumeBefore(below.Root, new TreePageCache(frames, TreePageCache.DefaultCapacity / 4), frames);
            PtsNames names = request.Names ?? NamesOf(chains, predecessor, below, facts, frames);
            VolumeImportResult result = await ReadAsync(import, facts, names, before, writer, dump, cancellationToken)
                .ConfigureAwait(false);
            await CheckSourceAsync(dump, result.Dump, cancellationToken).ConfigureAwait(false);
            await reader.RefreshAsync(cancellationToken).ConfigureAwait(false);
            DumpCopies copies = new(
                new VolumeChains(reader.Snapshots, request.Cell, facts.VolumeId, facts.Name), frames, facts, below, result.Dump);
            if (copies.Same is { } same)
            {
                await StoreLostAsync(writer, result, same).ConfigureAwait(false);
                if (result.Backup.Root.Id == same.Root.Id)
                {
                    _kept.Save(keeper, same, chains, near);
                }

                return new(dump.Name, facts, ChainFit.AlreadyThere, same, watch.Elapsed);
            }

            SnapshotHead head = HeadOf(result, facts, below, previous: below ?? chains.Newest);
            head = await run.CommitAsync(writer, head, SnapshotParts.BodyOf(result.Backup), cancellationToken).ConfigureAwait(false);
            _kept.Save(keeper, head, chains, near);
            return new(dump.Name, facts, isThere ? ChainFit.StartsChain : verdict.Fit, head, watch.Elapsed, copies.Other);
        }
        catch (DumpException e)
        {
            DumpComplaint? complaint = await dump.ComplaintAsync(cancellationToken).ConfigureAwait(false); // the cause, if there is one
            throw ImportRules.Refusal(e, complaint);
        }
        catch (ScratchException e)
        {
            throw new JobException(
                e.Kind,
                $"{e.Message}; make room there, or name a directory on another disk with --cache-dir or SNAPFS_CACHE_DIR");
        }
        catch (IOException e)
        {
            throw new JobException(ErrorKind.Source, $"{SystemText.Of(e)}; nothing of this dump counts");
        }
    }

    /// <summary>The states of a volume that a dump of it may be applied on, or take names from.</summary>
    private static List<SnapshotHead> StatesNear(VolumeChains chains, SnapshotHead? below) =>
    [
        .. ((SnapshotHead?[])[below, chains.Last, chains.Newest, chains.NewestFirst.MaxBy(head => head.Ended), chains.Namesake])
            .OfType<SnapshotHead>()
            .DistinctBy(head => head.Id),
    ];

    /// <summary>What becomes of a dump of which only the headers are looked at.</summary>
    private VolumeImportOutcome Unread(
        DumpSource dump, DumpFacts facts, ChainFit fit, SnapshotHead? predecessor, TimeSpan elapsed)
    {
        if (fit == ChainFit.AlreadyThere)
        {
            bool isPlanned = predecessor is not null && _planned.Contains(predecessor);
            return new(dump.Name, facts, fit, isPlanned ? null : predecessor, elapsed);
        }

        _planned.Add(PlannedSnapshot.Of(facts, request.Cell, facts.IsFull ? null : predecessor));
        return new(dump.Name, facts, fit, null, elapsed);
    }

    /// <summary>The names that were saved with the snapshot that the dump follows; if they cannot be read, those of the next older
    /// one, because a dump that brings everything else must not be refused for them.</summary>
    private PtsNames NamesOf(
        VolumeChains chains, SnapshotHead? predecessor, SnapshotHead? below, DumpFacts facts, FrameCache frames)
    {
        IEnumerable<SnapshotHead> older = chains.NewestFirst.Where(head => predecessor is null || head.Started < predecessor.Started);
        bool isUnreadable = false;
        foreach (SnapshotHead head in predecessor is null ? older : older.Prepend(predecessor))
        {
            try
            {
                return SavedNames.Read(frames, head);
            }
            catch (WrongKeyException)
            {
                isUnreadable = true;
                if (head.Id == below?.Id)
                {
                    break; // what else the increment needs lies where they do
                }
            }
            catch (SnapFsException e) when (e is DamagedException or InvalidEncodingException)
            {
                observer.Warning($"the names that were saved with the state of {Units.Time(head.Started)} cannot be read: {e.Message}");
            }
        }

        if (isUnreadable)
        {
            if (below is not null)
            {
                throw DumpRefusedException.Unreadable(facts);
            }

            observer.Warning("this key cannot read whether names of users and groups were saved with the volume; if they were, give "
                + "them once more with --names");
        }

        return PtsNames.None;
    }

    /// <summary>Of a dump that is there already, stores what was lost of it.</summary>
    private async Task StoreLostAsync(RepositoryWriter writer, VolumeImportResult result, SnapshotHead same)
    {
        if (writer.HasAllPacks)
        {
            return;
        }

        await writer.FlushAsync().ConfigureAwait(false);
        if (result.Backup.Root.Id != same.Root.Id)
        {
            observer.Warning($"snapshot {SnapshotNames.ShortId(same)} of the same dump was taken in with other names or another "
                + "--taken-at; if 'snapfs check' finds it damaged, take the dump in again with those");
        }
    }

    /// <summary>What a command that failed has written is not to be trusted; but of a cut archive nothing else can be had.</summary>
    private async Task CheckSourceAsync(DumpSource source, SnapshotDump dump, CancellationToken cancellationToken)
    {
        await source.DrainAsync(cancellationToken).ConfigureAwait(false);
        if (await source.ComplaintAsync(cancellationToken).ConfigureAwait(false) is not { } complaint)
        {
            return;
        }

        if (complaint.IsFatal && dump.Salvage is null)
        {
            throw new JobException(ErrorKind.Source, complaint.Message);
        }

        observer.Warning(complaint.Message);
    }

    private async Task<VolumeImportResult> ReadAsync(
        VolumeImport import, DumpFacts facts, PtsNames names, VolumeBefore? before, RepositoryWriter writer, DumpSource dump,
        CancellationToken cancellationToken)
    {
        // A filter that waits for its own input would keep the reader waiting.
        await using CancellationTokenRegistration registration = cancellationToken.Register(dump.Stop);
        await using IAsyncDisposable watch = observer.Watch(
            elapsed => new ProgressState("import", 0, import.BytesRead, null, elapsed));
        try
        {
            return await Task.Run(() => import.Run(facts, names, before, cancellationToken), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await writer.FlushAsync().ConfigureAwait(false); // the next run finds what was put
            throw;
        }
        catch (ChainException e)
        {
            throw new DumpRefusedException(facts, DumpRefusedException.BrokenChain, e.Message, neededFrom: 0);
        }
        catch (WrongKeyException) when (before is not null)
        {
            throw DumpRefusedException.Unreadable(facts);
        }
        catch (DamagedException e) when (before is not null)
        {
            throw new DumpRefusedException(
                facts,
                DumpRefusedException.DamagedState,
                $"the state that this increment goes on from is not whole ({e.Message}); take a full dump",
                neededFrom: 0);
        }
    }

    private SnapshotHead HeadOf(VolumeImportResult result, DumpFacts facts, SnapshotHead? below, SnapshotHead? previous) =>
        SnapshotParts.HeadOf(result.Backup, request.Cell, facts.Name, request.Tags, previous) with
        {
            IsPartial = result.Dump.Salvage is not null,
            Volume = facts.ToVolume(request.Cell, below),
            Dump = result.Dump,
        };

    private VolumeImportOptions Options => new()
    {
        ScratchDirectory = connection.Cache?.Directory ?? Path.GetTempPath(),
        PathText = path => SafeText.Of(path),
        OnProblem = observer.Warning,
        Salvage = request.Salvage,
        OnLost = observer.Note,
    };
}
