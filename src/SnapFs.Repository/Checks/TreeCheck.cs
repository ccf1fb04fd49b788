using SnapFs.Chunks;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Repository.Checks;

/// <summary>
/// Walks the trees of all snapshots, each page once: every page is there and well-formed, and every chunk that a node needs
/// is in the index, with the right length, in a pack that is there. Where that is not so, it walks once more down to what is
/// damaged, in every snapshot that has it. Not thread-safe.
/// </summary>
internal sealed class TreeCheck : ITreePages
{
    /// <summary>Pages that are walked again at most: trees that hold one directory many times would have no end.</summary>
    private const long MaxAgain = 1_000_000;

    private readonly ISnapshotSource _source;
    private readonly StoredChunks _chunks;
    private readonly CheckReport _report;
    private readonly HashSet<ChunkId> _visited = [];

    /// <summary>Pages with something damaged in or below them.</summary>
    private readonly HashSet<ChunkId> _damaged = [];

    /// <summary>Pages that no place gives: a failing disk takes its time with each try.</summary>
    private readonly Dictionary<ChunkId, DamagedException> _lost = [];

    internal TreeCheck(ISnapshotSource source, StoredChunks chunks, CheckReport report)
    {
        _source = source;
        _chunks = chunks;
        _report = report;
    }

    /// <inheritdoc/>
    public TreePage Load(in ChunkRef page)
    {
        ReadOnlyMemory<byte> bytes = Read(page.Id);
        return bytes.Length == page.Length
            ? TreePage.Parse(bytes)
            : throw new InvalidEncodingException($"a tree page has {bytes.Length} bytes instead of {page.Length}");
    }

    private ReadOnlyMemory<byte> Read(in ChunkId id)
    {
        if (_lost.TryGetValue(id, out DamagedException? known))
        {
            throw new DamagedException(known.Subject, known.Finding, known.InnerException);
        }

        try
        {
            return _chunks.ReadTree(in id);
        }
        catch (DamagedException e)
        {
            _lost.Add(id, e);
            throw;
        }
    }

    internal void Run(IProgress<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (SnapshotHead head in _source.Snapshots
            .OrderBy(head => head.Host, StringComparer.Ordinal)
            .ThenBy(head => head.Source, StringComparer.Ordinal)
            .ThenBy(head => head.Started))
        {
            CheckedSnapshot snapshot = new(head);
            _report.Add(snapshot);
            try
            {
                _source.ReadBody(head.Id, cancellationToken);
            }
            catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
            {
                snapshot.IsWhole = false;
                _report.Error(head.ObjectPath, e, Advice.Snapshot);
            }

            Walk(head, progress, cancellationToken);
        }

        // Snapshots share pages: a damaged one that was found in the first is in the way in the last as well.
        long left = MaxAgain;
        for (int position = 0; position < _report.Snapshots.Count; position++)
        {
            CheckedSnapshot snapshot = _report.Snapshots[position];
            if (_damaged.Contains(snapshot.Head.Root.Id))
            {
                snapshot.IsWhole = false;
                NameAffected(snapshot, position, ref left, cancellationToken);
            }
        }
    }

    /// <summary>What is wrong is an error unless the cause has one; the walk goes on.</summary>
    private void Walk(SnapshotHead head, IProgress<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ChunkCheck check = new(_chunks);
        ChunkId last = head.Root.Id;
        TreeWalker? walker = null;
        walker = new TreeWalker(this, default, head.Root, page =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_visited.Add(page.Id))
            {
                if (_damaged.Contains(page.Id))
                {
                    _damaged.UnionWith(walker!.PagesAbove.Select(above => above.Id)); // it asks when it is there
                }

                return false;
            }

            last = page.Id;
            _report.TreePages++;
            progress?.Report(new CheckProgress(CheckPhase.Trees, _report.TreePages, 0));
            return true;
        });
        while (TryNext(walker, ref check, out SnapFsException? problem, out _))
        {
            if (problem is not null)
            {
                _damaged.Add(last);
                _damaged.UnionWith(walker.PagesAbove.Select(above => above.Id));
            }

            if (problem is DamagedException damage)
            {
                _chunks.Report(damage);
            }
        }
    }

    /// <summary>What is wrong below a path makes an affected file.</summary>
    private void NameAffected(CheckedSnapshot snapshot, int position, ref long left, CancellationToken cancellationToken)
    {
        ChunkCheck check = new(_chunks);
        long pages = left;
        TreeWalker walker = new(this, default, snapshot.Head.Root, page =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_damaged.Contains(page.Id))
            {
                return false;
            }

            snapshot.IsCounted &= pages > 0;
            return pages-- > 0;
        });
        while (TryNext(walker, ref check, out SnapFsException? problem, out bool isDirectory))
        {
            if (problem is not null)
            {
                ReadOnlySpan<byte> path = walker.Path.IsEmpty ? "/"u8 : walker.Path;
                _report.Affect(position, path, isDirectory, problem is DamagedException damage ? damage.Subject : problem.Message);
            }
        }

        left = pages;
    }

    /// <summary>Looks at the next node and at what it needs.</summary>
    /// <returns>False at the end.</returns>
    private static bool TryNext(TreeWalker walker, ref ChunkCheck check, out SnapFsException? problem, out bool isDirectory)
    {
        problem = null;
        isDirectory = true; // of which a page cannot be read
        try
        {
            if (!walker.Next())
            {
                return false;
            }

            NodeView node = walker.Node;
            isDirectory = node.Type == NodeType.Directory;
            if (isDirectory)
            {
                walker.Enter(in node.Tree);
            }

            NodeReferences.Visit(in node, ref check);
        }
        catch (SnapFsException e) when (e is DamagedException or InvalidEncodingException or NewerFormatException)
        {
            problem = e;
        }

        return true;
    }

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
