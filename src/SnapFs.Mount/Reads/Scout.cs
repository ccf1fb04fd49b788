using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;
using SnapFs.Trees;

namespace SnapFs.Mount.Reads;

/// <summary>
/// Walks an archived tree in the order in which <c>tar</c>, <c>cp</c> and <c>rsync</c> read it, some files ahead of one
/// reader, and asks for their chunks. Not thread-safe.
/// </summary>
internal sealed class Scout
{
    /// <summary>How far to be ahead: bytes of files, and files.</summary>
    private const long MaxAheadBytes = 16L << 20;
    private const int MaxAheadFiles = 256;

    /// <summary>Files that are remembered; the first are forgotten.</summary>
    private const int MaxKnownFiles = 1024;

    /// <summary>Of a larger file only the beginning; its own read-ahead takes over.</summary>
    private const long MaxOfOneFile = 4L << 20;

    private const int MaxDepth = 4096;

    /// <summary>Entries to look at before the reader is served: a tree may hold millions that have no content.</summary>
    private const int MaxVisits = 1024;

    private readonly FrameCache _frames;
    private readonly ITreePages _pages;
    private readonly Stack<Position> _stack;
    private readonly Queue<ScoutedFile> _known = new();
    private ChunkRef _wanted;
    private int _aheadFiles;
    private long _aheadBytes;

    private bool IsFarAhead => _aheadBytes >= MaxAheadBytes || _aheadFiles >= MaxAheadFiles;

    /// <param name="frames">Where chunks are asked for.</param>
    /// <param name="pages">Where pages come from.</param>
    /// <param name="slot">The directory the reader is in.</param>
    /// <param name="next">Ordinal of the entry to begin with.</param>
    internal Scout(FrameCache frames, ITreePages pages, DirectorySlot slot, long next)
    {
        _frames = frames;
        _pages = pages;
        List<Position> path = [new(slot.Leaves, next)];
        for (DirectorySlot at = slot; at.Parent is { } parent; at = parent)
        {
            path.Add(new Position(parent.Leaves, NodeIds.OrdinalOf(at.NodeId) + 1));
        }

        path.Reverse();
        _stack = new Stack<Position>(path);
    }

    /// <summary>Notes that the reader began a file; false if this scout did not expect it.</summary>
    internal bool TryFollow(in ChunkId directory, long ordinal)
    {
        int skipped = 0;
        foreach (ScoutedFile file in _known)
        {
            skipped++;
            if (file.Ordinal == ordinal && file.Directory == directory)
            {
                Drop(skipped);
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes that a directory was listed, whose small files are handed over now; false if this scout did not
    /// expect it.</summary>
    internal bool TryEnter(in ChunkId directory)
    {
        bool isExpected = false;
        foreach (ScoutedFile file in _known)
        {
            if (file.Directory == directory)
            {
                isExpected = true;
                if (file.IsSmall)
                {
                    Pass(file);
                }
            }
        }

        return isExpected;
    }

    /// <summary>Goes on until it is far enough ahead, or has looked at enough for now.</summary>
    internal void Walk()
    {
        for (int visits = 0; visits < MaxVisits && !IsFarAhead && _stack.TryPop(out Position at); visits++)
        {
            if (at.Next >= at.Directory.Total)
            {
                continue;
            }

            _stack.Push(at with { Next = at.Next + 1 });
            try
            {
                Visit(at.Directory, at.Next);
            }
            catch (MustWaitException)
            {
                _stack.Pop();
                _stack.Push(at); // again, once the page that it needs is here
                _frames.Prefetch(ChunkKind.Tree, _wanted.Id);
                return;
            }
        }
    }

    private void Visit(LeafTable directory, long ordinal)
    {
        _wanted = directory.LeafOf(ordinal);
        NodeView node = directory.Load(_pages, ordinal, out int index).Node(index);
        if (node.Type == NodeType.Directory && _stack.Count < MaxDepth)
        {
            _wanted = node.Tree;
            _stack.Push(new Position(LeafTable.Read(_pages, node.Tree), 0));
        }
        else if (node.Type == NodeType.File && node.Size > 0)
        {
            long bytes = Math.Min(node.Size, MaxOfOneFile);
            Add(new ScoutedFile(
                directory.Root.Id, ordinal, bytes, Preloader.Takes(in node, ordinal, directory.Total)));
            if (node.ContentForm == ContentForm.Chunks)
            {
                Ask(node.ChunkList, bytes);
            }
        }
    }

    private void Add(ScoutedFile file)
    {
        if (_known.Count >= MaxKnownFiles)
        {
            Drop(1);
        }

        _known.Enqueue(file);
        _aheadFiles++;
        _aheadBytes += file.Bytes;
    }

    private void Drop(int count)
    {
        for (; count > 0; count--)
        {
            Pass(_known.Dequeue());
        }
    }

    private void Pass(ScoutedFile file)
    {
        if (!file.IsPassed)
        {
            file.IsPassed = true;
            _aheadFiles--;
            _aheadBytes -= file.Bytes;
        }
    }

    private void Ask(ReadOnlySpan<byte> list, long bytes)
    {
        ChunkListReader chunks = new(list);
        while (chunks.Level == 0 && bytes > 0 && chunks.Next())
        {
            _frames.Prefetch(ChunkKind.Data, chunks.Current.Id);
            bytes -= chunks.Current.Length;
        }
    }

    private readonly record struct Position(LeafTable Directory, long Next);

    /// <summary>A file that was asked for ahead of the reader.</summary>
    /// <param name="Directory">The page at the root of its directory.</param>
    /// <param name="Ordinal">Which entry of the directory it is.</param>
    /// <param name="Bytes">How much of it was asked for.</param>
    /// <param name="IsSmall">Whether it is handed over before it is asked for once its directory is listed.</param>
    private sealed record ScoutedFile(ChunkId Directory, long Ordinal, long Bytes, bool IsSmall)
    {
        /// <summary>Whether the reader came to it, or got it unasked, so that it no longer counts as ahead.</summary>
        internal bool IsPassed { get; set; }
    }
}
