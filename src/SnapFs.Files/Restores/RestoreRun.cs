using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Scanning;
using SnapFs.Files.Workers;
using SnapFs.Posix.Files;
using SnapFs.Posix.Owners;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>
/// Writes a tree of a snapshot to a directory, by directory descriptors alone: whatever names the snapshot holds and
/// whatever links lie on the target, nothing outside the target is touched. Used once.
/// </summary>
public sealed class RestoreRun
{
    private readonly RestoreServices _services;
    private readonly RestoreOptions _options;
    private RestoreContext[] _contexts = [];

    /// <param name="options">Where and how.</param>
    /// <param name="pages">Tree pages.</param>
    /// <param name="frames">Decoded chunks.</param>
    /// <param name="chunks">Checks chunks for <see cref="RestoreOptions.Verify"/>.</param>
    public RestoreRun(RestoreOptions options, ITreePages pages, FrameCache frames, IChunkSource chunks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        _options = options;
        _services = new RestoreServices
        {
            Options = options,
            Pages = pages,
            Frames = frames,
            Chunks = chunks,
            Problems = new ProblemList(options.OnProblem),
            Protected = FileStat.Identify(options.ProtectedDirectories),
            Owners = new OwnerMap(options.Users),
            Guard = new RemovalGuard(options.Omissions, options.Selection, options.Exclude),
        };
    }

    /// <summary>How far the run is; may be asked at any time by any thread.</summary>
    public RestoreProgress Progress
    {
        get
        {
            RestoreProgress sum = new(0, 0, 0, 0, 0, 0, 0, 0, _services.Problems.Count);
            foreach (RestoreContext context in Volatile.Read(ref _contexts))
            {
                sum = new RestoreProgress(
                    sum.Entries + context.Entries,
                    sum.Files + context.Files,
                    sum.Bytes + context.Bytes,
                    sum.BytesWritten + context.BytesWritten,
                    sum.FilesKept + context.FilesKept,
                    sum.Deleted + context.Deleted,
                    sum.Spared + context.Spared,
                    sum.Verified + context.Verified,
                    sum.Problems);
            }

            return sum;
        }
    }

    /// <summary>Restores. A directory's content goes into the target; anything else under its name.</summary>
    /// <param name="node">The encoded node, such as <see cref="Snapshots.SnapshotBody.RootNode"/>.</param>
    /// <param name="page">The leaf that holds it, for owner names; null for the root of a snapshot.</param>
    /// <param name="path">Its recorded absolute path, raw.</param>
    /// <param name="cancellationToken">Stops the run; unfinished files are removed.</param>
    /// <exception cref="RestoreStoppedException">The target cannot be used, or its disk is full.</exception>
    public RestoreResult Run(
        ReadOnlyMemory<byte> node, TreePage? page, ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        using DirectoryHandle? target = OpenTarget(out FileStat before, out bool isNew);
        RestoreContext[] contexts = new RestoreContext[_options.Threads];
        for (int i = 0; i < contexts.Length; i++)
        {
            contexts[i] = new RestoreContext(_services);
        }

        Volatile.Write(ref _contexts, contexts);
        WorkerPool<RestoreContext> pool = new(contexts, cancellationToken);
        _services.Pool = pool;
        if (NodeCodec.Read(node.Span).Type == NodeType.Directory)
        {
            RestoreDirectory root = RestoreDirectory.Root(
                _services, page, node.ToArray(), path.ToArray(), target, in before, isNew, pool.Done);
            pool.Run(root.Walk);
        }
        else
        {
            TreePage leaf = page ?? throw new ArgumentNullException(nameof(page));
            bool isTrusted = _services.IsTrusted(in before);
            pool.Run(context => RestoreOne(context, leaf, node, path, target, isNew, isTrusted));
        }

        return new RestoreResult(Progress, _services.Problems.Lines, _services.IsDamaged, _services.OwnersNotSet)
        {
            OwnersLost = _services.OwnersLost,
            EntriesDropped = _services.EntriesDropped,
        };
    }

    private void RestoreOne(
        RestoreContext context,
        TreePage page,
        ReadOnlyMemory<byte> node,
        ReadOnlyMemory<byte> path,
        DirectoryHandle? target,
        bool isNew,
        bool isTrusted)
    {
        int fd = -1;
        int error = target?.Acquire(out fd) ?? 0;
        if (error != 0)
        {
            throw new RestoreStoppedException($"cannot open {_options.Target}: {Interop.Libc.Text(error)}")
            {
                Path = RawPath.FromText(_options.Target),
                Errno = error,
            };
        }

        int slash = path.Span.LastIndexOf((byte)'/');
        RestorePath directory = new(path.Span[..Math.Max(slash, 1)]);
        RestorePlace place = new(target, fd, directory, isNew, isTrusted);
        context.Nodes.Restore(place, page, page.Floor(NodeCodec.Read(node.Span).Name));
        target?.Release();
        _services.Pool.Done();
    }

    private DirectoryHandle? OpenTarget(out FileStat before, out bool isNew)
    {
        before = default;
        TargetDirectory target = TargetDirectory.Open(RawPath.FromText(_options.Target), isMade: !_options.DryRun);
        isNew = target.IsNew;
        if (target.Problem is { } problem)
        {
            byte[] path = RawPath.FromText(_options.Target);
            throw new RestoreStoppedException($"cannot use the target {RawPath.ToText(path)}: {problem}")
            {
                Path = path,
                Errno = target.Errno,
            };
        }

        if (target.Descriptor < 0)
        {
            return null;
        }

        _ = FileStat.Of(target.Descriptor, out before);
        return DirectoryHandle.Adopt(_services.Descriptors, target.Descriptor);
    }
}
