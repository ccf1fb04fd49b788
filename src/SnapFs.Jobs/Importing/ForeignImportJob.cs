using SnapFs.Caches;
using SnapFs.Files.Backups;
using SnapFs.Files.Caches;
using SnapFs.Files.Excludes;
using SnapFs.Jobs.Backups;
using SnapFs.Jobs.Connections;
using SnapFs.Posix.Files;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Importing;

/// <summary>Takes over the snapshots of another program, the oldest first, each from a restore by that program to its commit here.
/// Which are here already is told by a tag with their id there, so that a run that was stopped is gone on with by the next.</summary>
/// <param name="connection">The repository; not disposed.</param>
/// <param name="request">What to do.</param>
/// <param name="observer">Told what happens.</param>
/// <param name="imports">Told what becomes of each snapshot.</param>
public sealed class ForeignImportJob(
    RepositoryConnection connection, ForeignImportRequest request, IJobObserver observer, IForeignImportObserver imports)
{
    private const long FrameBytes = 32L * 1024 * 1024;
    private const int LeastPrefix = 4;

    private readonly ForeignProgram _program = request.Program;
    private int _new;
    private int _alreadyThere;
    private int _failed;

    /// <summary>In the cache, which no backup reads.</summary>
    private string DefaultScratch => connection.Cache?.Directory ?? Path.GetTempPath();

    /// <summary>Takes over all that were chosen; one that fails does not keep the others from it.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; what was committed stays.</exception>
    /// <exception cref="SnapFsException">Nothing, or nothing more, can be taken over.</exception>
    public async Task<ForeignImportSummary> RunAsync(CancellationToken cancellationToken)
    {
        await _program.CheckAsync(cancellationToken).ConfigureAwait(false);
        List<ForeignSnapshot> chosen =
        [
            .. Choose(await _program.ListAsync(cancellationToken).ConfigureAwait(false))
                .OrderBy(snapshot => snapshot.Time)
                .ThenBy(snapshot => snapshot.Id, StringComparer.Ordinal),
        ];
        return request.DryRun
            ? await PlanAsync(chosen, cancellationToken).ConfigureAwait(false)
            : await ImportAsync(chosen, cancellationToken).ConfigureAwait(false);
    }

    private IReadOnlyList<ForeignSnapshot> Choose(IReadOnlyList<ForeignSnapshot> listed) => request.Chosen.Count == 0
        ? listed
        : [.. request.Chosen.Select(word => One(listed, word)).DistinctBy(snapshot => snapshot.Id)];

    private ForeignSnapshot One(IReadOnlyList<ForeignSnapshot> listed, string word)
    {
        ForeignSnapshot[] meant = [.. listed.Where(snapshot => snapshot.Name == word)];
        if (meant.Length == 0 && word.Length >= LeastPrefix)
        {
            meant = [.. listed.Where(snapshot => snapshot.Id.StartsWith(word, StringComparison.Ordinal))];
        }

        return meant.Length == 1
            ? meant[0]
            : throw new JobException(
                ErrorKind.NotFound,
                $"{(meant.Length == 0 ? "no snapshot" : "more than one snapshot")} of the {_program.Name} repository is "
                    + $"'{SafeText.Of(word)}'; --dry-run lists them");
    }

    private async Task<ForeignImportSummary> PlanAsync(List<ForeignSnapshot> chosen, CancellationToken cancellationToken)
    {
        using RepositoryReader reader = await connection.OpenReaderAsync(observer, cancellationToken).ConfigureAwait(false);
        foreach (ForeignSnapshot snapshot in chosen)
        {
            if (SayIfThere(reader, snapshot))
            {
                continue;
            }

            try
            {
                connection.Opened.Keys.RequireMaySignFor(HostOf(snapshot));
                _new++;
                imports.Imported(new ForeignImportOutcome(snapshot, null, IsNew: true));
            }
            catch (SnapFsException e) when (FailureScope.IsOfOne(e))
            {
                _failed++;
                imports.Failed(snapshot, e);
            }
        }

        return new ForeignImportSummary(_new, _alreadyThere, _failed, reader.Problems.Count == 0);
    }

    private async Task<ForeignImportSummary> ImportAsync(List<ForeignSnapshot> chosen, CancellationToken cancellationToken)
    {
        await using SnapshotRun run = await SnapshotRun.StartAsync(connection, observer, cancellationToken).ConfigureAwait(false);
        ScratchSpace? scratch = null;
        try
        {
            foreach (ForeignSnapshot snapshot in chosen)
            {
                if (SayIfThere(run.Reader, snapshot))
                {
                    continue;
                }

                await run.Reader.RefreshAsync(cancellationToken).ConfigureAwait(false); // what another run has taken meanwhile
                if (SayIfThere(run.Reader, snapshot))
                {
                    continue;
                }

                try
                {
                    scratch ??= ScratchSpace.Create(request.Scratch ?? DefaultScratch);
                    SnapshotHead head = await TakeAsync(snapshot, run, scratch, cancellationToken).ConfigureAwait(false);
                    _new++;
                    imports.Imported(new ForeignImportOutcome(snapshot, head, IsNew: true));
                }
                catch (SnapFsException e) when (scratch is not null && FailureScope.IsOfOne(e))
                {
                    _failed++;
                    imports.Failed(snapshot, e);
                }
            }
        }
        finally
        {
            scratch?.Dispose();
        }

        await run.EndAsync(cancellationToken).ConfigureAwait(false);
        return new ForeignImportSummary(_new, _alreadyThere, _failed, run.IsRepositoryWhole);
    }

    private bool SayIfThere(RepositoryReader reader, ForeignSnapshot snapshot)
    {
        HashSet<string> tags = [.. snapshot.FormerIds.Append(snapshot.Id).Select(_program.TagOf)];
        if (reader.Snapshots.FirstOrDefault(head => head.Tags.Any(tags.Contains)) is not { } there)
        {
            return false;
        }

        _alreadyThere++;
        imports.Imported(new ForeignImportOutcome(snapshot, there, IsNew: false));
        return true;
    }

    private string HostOf(ForeignSnapshot snapshot) => request.Host ?? snapshot.Host ?? throw new JobException(
        ErrorKind.Refused, "it names no machine, or one that no snapshot here can be of; --snapshot and --host take it over");

    private async Task<SnapshotHead> TakeAsync(
        ForeignSnapshot snapshot, SnapshotRun run, ScratchSpace scratch, CancellationToken cancellationToken)
    {
        string host = HostOf(snapshot);
        connection.Opened.Keys.RequireMaySignFor(host);
        ListingCheck check = await RestoreAsync(snapshot, scratch, cancellationToken).ConfigureAwait(false);
        byte[] tree = RawPath.FromText(scratch.Tree);
        UnlistedDirectories.Settle(tree, check.Roots, snapshot.Time);
        RecordedPlaces places = RecordedPlaces.Find(tree, snapshot.Paths, check.Roots.All);
        return await CommitAsync(snapshot, host, places, check, run, scratch, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ListingCheck> RestoreAsync(
        ForeignSnapshot snapshot, ScratchSpace scratch, CancellationToken cancellationToken)
    {
        scratch.Clear();
        ListingCheck check = new(RawPath.FromText(scratch.Tree));
        await using IAsyncDisposable watch = observer.Watch(
            elapsed => new ProgressState("restore", check.Files, 0, null, elapsed));
        await _program.RestoreAsync(snapshot, scratch.Tree, cancellationToken).ConfigureAwait(false);
        await _program.ListFilesAsync(snapshot, check.Check, cancellationToken).ConfigureAwait(false);
        check.Require();
        return check;
    }

    private async Task<SnapshotHead> CommitAsync(
        ForeignSnapshot snapshot,
        string host,
        RecordedPlaces places,
        ListingCheck check,
        SnapshotRun run,
        ScratchSpace scratch,
        CancellationToken cancellationToken)
    {
        RepositoryReader reader = run.Reader;
        string source = PreviousSnapshot.Find(reader, host, request.Source, places.Paths).Source;
        SnapshotHead? previous = reader.OwnSnapshots
            .Where(head => head.Host == host && head.Source == source && head.Started <= snapshot.Time)
            .MaxBy(head => head.Started);
        await using RepositoryWriter writer = await run.OpenWriterAsync().ConfigureAwait(false);
        using FrameCache frames = new(reader, FrameBytes, prefetchThreads: 0, () => cancellationToken);

        // Of its own: what the next backup of the real files is to know of the last one stays as it is.
        using WalkCache cache = WalkCache.Open(
            scratch.Cache, connection.Opened.RepositoryId, host, source, new TreePageCache(frames, TreePageCache.DefaultCapacity / 4));
        BackupDestination destination = new()
        {
            Sink = writer,
            Chunker = writer.Chunker,
            Previous = previous is null || !reader.CanRead(previous) ? null : new PreviousTree(cache, previous.Root, IsListed: true),
            PageObserver = cache,
            Observer = observer,
        };
        BackupResult result;
        try
        {
            result = await ReadAsync(new FileSource(places.Sources, PatternSet.Empty), destination, check, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await writer.FlushAsync().ConfigureAwait(false); // the next run finds what was put
            throw;
        }

        Require(result, places, check);
        result = result with { Paths = places.Paths, Selection = null };
        SnapshotHead head = SnapshotParts.HeadOf(result, host, source, TagsOf(snapshot), previous) with
        {
            Started = snapshot.Time,
            Ended = snapshot.Time,
        };
        head = await run.CommitAsync(writer, head, SnapshotParts.BodyOf(result), cancellationToken).ConfigureAwait(false);
        cache.Save();
        return head;
    }

    private async Task<BackupResult> ReadAsync(
        FileSource source, BackupDestination destination, ListingCheck check, CancellationToken cancellationToken)
    {
        await using IAsyncDisposable watch = observer.Watch(elapsed =>
        {
            BackupProgress state = source.Progress;
            return new ProgressState("import", state.Files, state.Bytes, check.Bytes, elapsed);
        });
        return await Task.Run(() => source.Run(destination, cancellationToken), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>What was read is what was listed, all of it and no more.</summary>
    private static void Require(BackupResult result, RecordedPlaces places, ListingCheck check)
    {
        SnapshotStatistics read = result.Statistics;
        if (read.Problems > 0 || result.Vanished > 0)
        {
            throw new JobException(ErrorKind.Source, "what was restored could not be read whole");
        }

        bool hasEntries = !places.IsWhole || check.Roots.Above is not { } above || read.Entries == check.Entries + above.Count + 1;
        if (!hasEntries || read.Files != check.Files || read.Bytes != check.Bytes)
        {
            throw new JobException(
                ErrorKind.Source,
                $"{Units.Count(read.Files, "file")} and {Units.Bytes(read.Bytes)} were read in {Units.Count(read.Entries)} entries, but "
                    + $"{Units.Count(check.Files)} and {Units.Bytes(check.Bytes)} are listed in {Units.Count(check.Entries)}");
        }
    }

    private List<string> TagsOf(ForeignSnapshot snapshot)
    {
        List<string> tags = [_program.TagOf(snapshot.Id)];
        foreach (string tag in snapshot.Tags)
        {
            if (SourceNames.IsValid(tag))
            {
                tags.Add(tag);
            }
            else
            {
                observer.Warning($"{_program.Name} {SafeText.Of(snapshot.Name)}: '{SafeText.Of(tag)}' is no tag here and is left out");
            }
        }

        return [.. tags.Concat(request.Tags).Distinct()];
    }
}
