using SnapFs.Caches;
using SnapFs.Jobs.References;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Jobs.Browsing;

/// <summary>Reads the trees and files of snapshots for the commands that show them.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class SnapshotBrowser : IDisposable
{
    private const long FrameCacheBytes = 64L * 1024 * 1024;
    private readonly ISnapshotSource _source;
    private readonly CancellationToken _cancellationToken;
    private readonly FrameCache _frames;

    /// <param name="source">The snapshots; not disposed.</param>
    /// <param name="cancellationToken">Gives up every read of the storage, also of one that does not answer.</param>
    public SnapshotBrowser(ISnapshotSource source, CancellationToken cancellationToken)
    {
        _source = source;
        _cancellationToken = cancellationToken;
        _frames = new FrameCache(source, FrameCacheBytes, prefetchThreads: 1, () => cancellationToken);
        Pages = new TreePageCache(_frames, TreePageCache.DefaultCapacity);
    }

    /// <summary>Tree pages by reference.</summary>
    public ITreePages Pages { get; }

    /// <summary>Chunks by id.</summary>
    public FrameCache Frames => _frames;

    /// <summary>The node of <c>/</c> of a snapshot.</summary>
    public BrowsedNode Root(SnapshotHead snapshot) => new(_source.ReadBody(snapshot.Id, _cancellationToken));

    /// <summary>The node at a path, without following symlinks.</summary>
    /// <param name="snapshot">Where to look.</param>
    /// <param name="path">Absolute and normalised; null for <c>/</c>.</param>
    /// <exception cref="JobException">There is no such node.</exception>
    public BrowsedNode Find(SnapshotHead snapshot, byte[]? path) => TryFind(snapshot, path)
        ?? throw new JobException(
            ErrorKind.NotFound,
            $"{SafeText.Of(path)} is not in snapshot {SnapshotNames.ShortId(snapshot)}; 'snapfs ls' shows what is, "
                + "'snapfs versions' in which others it was");

    /// <summary>What a snapshot knows of a path.</summary>
    /// <param name="snapshot">Where to look.</param>
    /// <param name="path">Absolute and normalised.</param>
    public PathCover CoverOf(SnapshotHead snapshot, byte[] path)
    {
        if (TryFind(snapshot, path) is null)
        {
            return PathCover.None;
        }

        bool isBackedUp = _source.ReadBody(snapshot.Id, _cancellationToken).Paths.Any(
            backedUp => RecordedPath.IsWithin(path, backedUp.Span));
        return isBackedUp ? PathCover.BackedUp : PathCover.Ancestor;
    }

    /// <summary>Walks what is below a directory.</summary>
    /// <param name="directory">A directory; it is not met itself.</param>
    /// <param name="path">Its path, without a slash at the end; the root's is empty.</param>
    public TreeWalker Walk(in BrowsedNode directory, ReadOnlySpan<byte> path) => new(Pages, path, directory.View.Tree);

    /// <inheritdoc/>
    public void Dispose() => _frames.Dispose();

    private BrowsedNode? TryFind(SnapshotHead snapshot, byte[]? path)
    {
        BrowsedNode node = Root(snapshot);
        ReadOnlySpan<byte> rest = path is null ? default : path.AsSpan(1);
        while (!rest.IsEmpty)
        {
            int slash = rest.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[(slash + 1)..];
            NodeView view = node.View;
            if (view.Type != NodeType.Directory
                || !DirectoryCursor.TryFind(Pages, in view.Tree, name, out TreePage page, out int index, out _))
            {
                return null;
            }

            node = new BrowsedNode(page, index);
        }

        return node;
    }
}
