using System.Diagnostics;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Importing;
using SnapFs.Afs.Names;
using SnapFs.Caches;
using SnapFs.Cli.Commands;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Connections;
using SnapFs.Objects;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Volumes;

/// <summary>Takes dumps in, each from its headers to its snapshot, under one lease.</summary>
/// <param name="context">The command.</param>
/// <param name="session">The repository.</param>
/// <param name="request">What to do.</param>
/// <param name="report">Gets what became of each dump, and the repository.</param>
internal sealed class VolumeImportJob(
    CommandContext context, RepositoryConnection session, VolumeImportRequest request,
    Action<VolumeImportOutcome, RepositoryReader> report)
{
    private const long FrameBytes = 32L * 1024 * 1024;

    /// <summary>Of a dry run, what a real one would have committed by now.</summary>
    private readonly List<SnapshotHead> _planned = [];

    /// <summary>Takes all in; one that fails does not keep the others from it.</summary>
    /// <returns>Success, the code of the first that failed, or that some are only salvaged.</returns>
    /// <exception cref="OperationCanceledException">It was stopped; what was committed stays, what was uploaded serves the next
    /// run.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken cancellationToken)
    {
        await using LeaseKeeper lease = await LeaseKeeper.StartAsync(
            session.Storage,
            session.Opened.Keys.Domain,
            LeaseKind.Backup,
            context.Environment.Clock,
            cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        Problems.Report(context.Output, reader.Problems);
        DumpOrder order = new(context, request);
        bool isPartial = false;
        foreach (string file in request.Server is null
            ? await order.SortAsync(cancellationToken).ConfigureAwait(false)
            : request.Files)
        {
            string name = request.Server is null ? DumpFile.NameOf(file) : SafeText.Of(file);
            try
            {
                VolumeImportOutcome outcome = request.Server is { } server
                    ? await new CellImport(server, request, ImportAsync)
                        .RunAsync(file, lease, reader, cancellationToken).ConfigureAwait(false)
                    : await ImportFileAsync(file, lease, reader, cancellationToken).ConfigureAwait(false);
                await reader.RefreshAsync(cancellationToken).ConfigureAwait(false);
                report(outcome, reader);
                isPartial |= outcome.Other is not null || outcome.Snapshot?.Dump?.Salvage is not null;
            }
            catch (SnapFsException e) when (e.ExitCode is ExitCode.Failed or ExitCode.Damaged or ExitCode.OtherDumpNeeded)
            {
                order.Fail(name, e);
            }
        }

        await lease.EndAsync(CancellationToken.None).ConfigureAwait(false);
        return order.Result == ExitCode.Success && isPartial ? ExitCode.Partial : order.Result;
    }

    private async Task<VolumeImportOutcome> ImportFileAsync(
        string file, LeaseKeeper lease, RepositoryReader reader, CancellationToken cancellationToken)
    {
        using DumpSource dump = await DumpFile.OpenAsync(file, request.Filter, context.Environment, cancellationToken)
            .ConfigureAwait(false);
        return await ImportAsync(dump, life: null, lease, reader, cancellationToken).ConfigureAwait(false);
    }

    private async Task<VolumeImportOutcome> ImportAsync(
        DumpSource dump, VolumeLife? life, LeaseKeeper lease, RepositoryReader reader, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(
                reader, session.WriterOptions, CancellationToken.None).ConfigureAwait(false);
            using FrameCache frames = new(reader, FrameBytes, prefetchThreads: 1, () => cancellationToken);
            using VolumeImport import = new(Options, dump.Stream, writer, writer.Chunker);
            DumpFacts facts = DumpFacts.Of(import.Header, import.Volume, request.TakenAt) with { Life = life };
            VolumeChains chains = new(reader.Snapshots.Concat(_planned), request.Cell, facts.VolumeId, facts.Name);
            ImportRules.CheckCell(facts, request, reader.Snapshots);
            (ChainVerdict verdict, SnapshotHead? predecessor) = chains.Judge(facts);
            ImportRules.Check(facts, verdict, request);
            bool isThere = verdict.Fit == ChainFit.AlreadyThere;
            SnapshotHead? below = facts.IsFull ? null : isThere ? chains.Find(predecessor?.Volume?.Predecessor) : predecessor;
            if (request.DryRun || (isThere && !facts.IsFull && below is null))
            {
                // Without the state that it was applied on, an increment cannot be compared with what was made of it.
                await dump.DrainAsync(cancellationToken).ConfigureAwait(false);
                return Unread(dump, facts, verdict.Fit, predecessor, watch.Elapsed);
            }

            VolumeBefore? before = below is null
                ? null
                : new VolumeBefore(below.Root, new TreePageCache(frames, TreePageCache.DefaultCapacity / 4), frames);
            PtsNames names = request.Names ?? SavedNames.Read(frames, predecessor ?? chains.Newest ?? chains.Namesake);
            VolumeImportResult result = await ReadAsync(import, facts, names, before, writer, dump, cancellationToken)
                .ConfigureAwait(false);
            await CheckSourceAsync(dump, result.Dump, cancellationToken).ConfigureAwait(false);
            await reader.RefreshAsync(cancellationToken).ConfigureAwait(false);
            DumpCopies copies = new(
                new VolumeChains(reader.Snapshots, request.Cell, facts.VolumeId, facts.Name), frames, facts, below, result.Dump);
            if (copies.Same is { } same)
            {
                return new(dump.Name, facts, ChainFit.AlreadyThere, same, watch.Elapsed);
            }

            SnapshotHead head = await CommitAsync(writer, lease, result, facts, below, chains.Newest, cancellationToken)
                .ConfigureAwait(false);
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
                $"{e.Message}; make room there, or name a directory on another disk with --cache-dir or SNAPFS_CACHE_DIR", e.ExitCode);
        }
        catch (IOException e)
        {
            throw new JobException($"{e.Message.TrimEnd('.')}; nothing of this dump counts");
        }
    }

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
            throw new JobException(complaint.Message);
        }

        context.Output.Warning(complaint.Message);
    }

    private async Task<VolumeImportResult> ReadAsync(
        VolumeImport import, DumpFacts facts, PtsNames names, VolumeBefore? before, RepositoryWriter writer, DumpSource dump,
        CancellationToken cancellationToken)
    {
        // A filter that waits for its own input would keep the reader waiting.
        await using CancellationTokenRegistration registration = cancellationToken.Register(dump.Stop);
        await using ProgressReporter reporter = ProgressReporter.Start(
            context.Output, elapsed => new ProgressState("import", 0, import.BytesRead, null, elapsed));
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
    }

    private async Task<SnapshotHead> CommitAsync(
        RepositoryWriter writer, LeaseKeeper lease, VolumeImportResult result, DumpFacts facts, SnapshotHead? predecessor,
        SnapshotHead? newest, CancellationToken cancellationToken)
    {
        await writer.FlushAsync().ConfigureAwait(false);
        await lease.HeartbeatAsync(cancellationToken).ConfigureAwait(false);
        if (lease.WasInterrupted)
        {
            throw new JobException(
                "this machine was suspended for longer than the lease of the import; what was uploaded is kept, run it again");
        }

        SnapshotHead head = new()
        {
            Id = default,
            Host = request.Cell,
            Source = facts.Name,
            Started = result.Backup.Started,
            Ended = result.Backup.Ended,
            Tags = request.Tags,
            Agent = Product.Agent,
            Root = result.Backup.Root,
            Previous = (predecessor ?? newest)?.Id,
            IsPartial = result.Dump.Salvage is not null,
            HasXattrs = result.Backup.HasXattrs,
            Statistics = result.Backup.Statistics with { BytesAdded = writer.BytesAdded, BytesStored = writer.BytesStored },
            Volume = new SnapshotVolume
            {
                Cell = request.Cell,
                Name = facts.Name,
                Id = facts.VolumeId,
                Full = predecessor is null ? null : VolumeChains.FullOf(predecessor),
                Predecessor = predecessor?.Id,
            },
            Dump = result.Dump,
        };
        SnapshotBody body = new()
        {
            RootNode = result.Backup.RootNode,
            Paths = result.Backup.Paths,
            Problems = result.Backup.Problems,
        };
        byte[] snapshot = SnapshotCodec.Encode(session.Opened.Keys.Domain, head, body);
        ObjectId id = await writer.CommitAsync(snapshot, cancellationToken).ConfigureAwait(false);
        return head with { Id = id };
    }

    private VolumeImportOptions Options => new()
    {
        ScratchDirectory = session.Cache?.Directory ?? Path.GetTempPath(),
        PathText = path => SafeText.Of(path),
        OnProblem = context.Output.Warning,
        Salvage = request.Salvage,
        OnLost = context.Output.IsVerbose ? context.Output.Warning : null,
    };
}
