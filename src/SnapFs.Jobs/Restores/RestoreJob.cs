using System.Diagnostics;
using SnapFs.Files.Restores;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Jobs.Restores;

/// <summary>One restore, from a reference to files.</summary>
/// <param name="connection">The repository; not disposed.</param>
/// <param name="request">What to do.</param>
/// <param name="observer">Told what happens.</param>
public sealed class RestoreJob(RepositoryConnection connection, RestoreRequest request, IJobObserver observer)
{
    /// <summary>Restores.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; what was written stays.</exception>
    /// <exception cref="SnapFsException">Nothing was restored, or not all of it could be.</exception>
    public async Task<RestoreOutcome> RunAsync(CancellationToken cancellationToken)
    {
        // What is sought may be one of those that cannot be read.
        using RepositoryReader reader = await connection.OpenReaderAsync(observer, cancellationToken).ConfigureAwait(false);
        SnapshotHead snapshot = SnapshotFinder.Find(
            reader, request.Reference, request.Host, request.ThisHost, request.Zone, cancellationToken);
        using SnapshotBrowser browser = new(reader, cancellationToken);
        byte[]? path = request.Reference.Path;
        BrowsedNode node = browser.Find(snapshot, path);
        SnapshotBody body = reader.ReadBody(snapshot.Id, cancellationToken);
        Completeness completeness = new(snapshot, body);
        if (request.Options.Delete && !request.DeletesPartial && completeness.Unknown is { } unknown)
        {
            throw new JobException(
                ErrorKind.Refused,
                $"the snapshot does not say all that it lacks: {unknown}. --delete could remove such files; "
                + "restore without --delete, or add --delete-partial");
        }

        if (completeness.MissingBelow(path ?? "/"u8.ToArray()) is { } missing)
        {
            observer.Warning($"the snapshot is partial: {missing}");
        }

        RestoreOptions options = request.Options with
        {
            Sources = body.Paths,
            Omissions = body.Omissions,
            Selection = body.Selection,
            OnChange = observer.OnRestore,
            ProtectedDirectories = connection.LocalDirectories,
            OnProblem = observer.Problem,
        };
        Stopwatch watch = Stopwatch.StartNew();
        RestoreRun run = new(options, browser.Pages, browser.Frames, reader);
        long expected = node.View.Type == NodeType.Directory ? node.View.SubtreeBytes : node.View.Size;
        await using IAsyncDisposable shown = observer.Watch(elapsed =>
        {
            RestoreProgress progress = run.Progress;
            return new ProgressState("restore", progress.Files, progress.Bytes, expected, elapsed);
        });
        RestoreResult result = await Task.Run(
            () => run.Run(node.Bytes, node.Page, path ?? "/"u8.ToArray(), cancellationToken),
            CancellationToken.None).ConfigureAwait(false);
        return new RestoreOutcome(snapshot, result, watch.Elapsed, SnapshotFinder.DoubtsOf(reader, request.Reference));
    }
}
