using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Repository.Checks;

/// <summary>
/// Walks the trees of all snapshots, each page once: every page is there and well-formed, and every chunk that a node needs
/// is in the index, with the right length, in a pack that is there. Not thread-safe.
/// </summary>
internal sealed class TreeCheck : ITreePages
{
    private readonly ISnapshotSource _source;
    private readonly StoredChunks _chunks;
    private readonly CheckReport _report;
    private readonly HashSet<ChunkId> _visited = [];

    internal TreeCheck(ISnapshotSource source, StoredChunks chunks, CheckReport report)
    {
        _source = source;
        _chunks = chunks;
        _report = report;
    }

    /// <inheritdoc/>
    public TreePage Load(in ChunkRef page)
    {
        ReadOnlyMemory<byte> bytes = _chunks.ReadTree(page.Id);
        return bytes.Length == page.Length
            ? TreePage.Parse(bytes)
            : throw new InvalidEncodingException($"a tree page has {bytes.Length} bytes instead of {page.Length}");
    }

    internal void Run(IProgress<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (SnapshotHead head in _source.Snapshots)
        {
            _report.Snapshots++;
            try
            {
                _source.ReadBody(head.Id, cancellationToken);
            }
            catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
            {
                _report.Error(head.ObjectPath, e, Advice.Snapshot);
            }

            Walk(head, progress, cancellationToken);
        }
    }

    /// <summary>What is wrong below a path makes an affected file, and an error unless the cause has one; the walk goes on.
    /// </summary>
    private void Walk(SnapshotHead head, IProgress<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ChunkCheck check = new(_chunks);
        TreeWalker walker = new(this, default, head.Root, Takes);
        while (true)
        {
            try
            {
                if (!walker.Next())
                {
                    return;
                }

                NodeView node = walker.Node;
                if (node.Type == NodeType.Directory)
                {
                    walker.Enter(in node.Tree);
                }

                NodeReferences.Visit(in node, ref check);
            }
            catch (DamagedException e)
            {
                Affect(head.Id, walker.Path, e.Subject);
                _chunks.Report(e);
            }
            catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
            {
                Affect(head.Id, walker.Path, e.Message);
            }
        }

        bool Takes(ChunkRef page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_visited.Add(page.Id))
            {
                return false;
            }

            _report.TreePages++;
            progress?.Report(new CheckProgress(CheckPhase.Trees, _report.TreePages, 0));
            return true;
        }
    }

    private void Affect(in ObjectId snapshot, ReadOnlySpan<byte> path, string cause) =>
        _report.Affect(new AffectedFile(snapshot, path.IsEmpty ? "/"u8.ToArray() : path.ToArray(), cause));

    /// <summary>Directories are gone into by the walk.</summary>
    private readonly struct ChunkCheck(StoredChunks chunks) : IReferenceVisitor
    {
        public bool Page(in ChunkRef page) => true;

        public bool Data(in ChunkRef chunk)
        {
            chunks.CheckData(in chunk);
            return true;
        }

        public bool List(in ChunkRef list, int level, out ReadOnlyMemory<byte> bytes)
        {
            bytes = chunks.ReadTree(list.Id);
            return true;
        }
    }
}
