using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Repository.Checks;

/// <summary>
/// Walks the trees of all snapshots, each page once: every page is there and well-formed, and every chunk that a file
/// refers to is in the index, with the right length, in a pack that is there. Not thread-safe.
/// </summary>
internal sealed class TreeCheck
{
    private const int AnyLevel = -1;

    private readonly ISnapshotSource _source;
    private readonly StoredChunks _chunks;
    private readonly CheckReport _report;
    private readonly HashSet<ChunkId> _visited = [];
    private readonly Stack<PendingPage> _pending = new();
    private ObjectId _snapshot;

    internal TreeCheck(ISnapshotSource source, StoredChunks chunks, CheckReport report)
    {
        _source = source;
        _chunks = chunks;
        _report = report;
    }

    internal void Run(IProgress<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (SnapshotHead head in _source.Snapshots)
        {
            _snapshot = head.Id;
            _report.Snapshots++;
            try
            {
                _source.ReadBody(head.Id);
            }
            catch (SnapFsException e) when (CheckReport.IsOfOneObject(e))
            {
                _report.Error(SnapshotCodec.NameOf(head.Id), e, Advice.Snapshot);
            }

            _pending.Push(new PendingPage(head.Root, AnyLevel, []));
            while (_pending.TryPop(out PendingPage page))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_visited.Add(page.Reference.Id))
                {
                    Guarded(page.Path, () => CheckPage(page));
                    _report.TreePages++;
                    progress?.Report(new CheckProgress(CheckPhase.Trees, _report.TreePages, 0));
                }
            }
        }
    }

    private void CheckPage(PendingPage pending)
    {
        ReadOnlyMemory<byte> bytes = ReadTreeChunk(pending.Reference, isExact: true);
        TreePage page = TreePage.Parse(bytes);
        if (pending.Level != AnyLevel && page.Level != pending.Level)
        {
            throw new InvalidEncodingException($"a tree page has level {page.Level} instead of {pending.Level}");
        }

        for (int i = page.Count - 1; i >= 0; i--)
        {
            if (page.Level > 0)
            {
                _pending.Push(new PendingPage(page.Child(i, out _), page.Level - 1, pending.Path));
            }
            else
            {
                byte[] path = [.. pending.Path, (byte)'/', .. page.NameAt(i)];
                int index = i;
                Guarded(path, () => CheckNode(page.Node(index), path));
            }
        }
    }

    private void CheckNode(in NodeView node, byte[] path)
    {
        XattrReader xattrs = new(node.Xattrs);
        while (xattrs.Next())
        {
            if (xattrs.IsExternal)
            {
                _chunks.CheckData(xattrs.External);
            }
        }

        if (node.Type == NodeType.Directory)
        {
            _pending.Push(new PendingPage(node.Tree, AnyLevel, path));
            CheckAfsDirectory(in node);
        }
        else if (node.Type == NodeType.File)
        {
            CheckFile(in node);
        }
    }

    private void CheckFile(in NodeView node)
    {
        long expected = node.Size;
        if (!node.Extents.IsEmpty)
        {
            expected = 0;
            ExtentReader extents = new(node.Extents, node.Size);
            while (extents.Next())
            {
                expected += extents.Current.Length;
            }
        }

        long found = node.ContentForm switch
        {
            ContentForm.Inline => node.Inline.Length,
            ContentForm.Chunks => CheckList(node.ChunkList, AnyLevel),
            _ => 0,
        };
        if (found != expected)
        {
            throw new InvalidEncodingException($"the chunks of the file have {found} bytes instead of {expected}");
        }
    }

    private void CheckAfsDirectory(in NodeView node)
    {
        if (AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs) && !afs.DirectoryContent.IsEmpty)
        {
            long found = CheckList(afs.DirectoryContent, AnyLevel);
            if (found != afs.DirectoryLength)
            {
                throw new InvalidEncodingException(
                    $"the chunks of the raw directory have {found} bytes instead of {afs.DirectoryLength}");
            }
        }
    }

    /// <summary>Checks a list of chunks and returns the bytes it stands for.</summary>
    private long CheckList(ReadOnlySpan<byte> list, int level)
    {
        ChunkListReader chunks = new(list);
        if (level != AnyLevel && chunks.Level != level)
        {
            throw new InvalidEncodingException($"a list of chunks has level {chunks.Level} instead of {level}");
        }

        long sum = 0;
        while (chunks.Next())
        {
            ChunkRef chunk = chunks.Current;
            sum += chunk.Length;
            if (chunks.Level == 0)
            {
                _chunks.CheckData(in chunk);
            }
            else
            {
                long below = CheckList(ReadTreeChunk(in chunk, isExact: false).Span, chunks.Level - 1);
                if (below != chunk.Length)
                {
                    throw new InvalidEncodingException(
                        $"a list of chunks has {below} bytes instead of {chunk.Length}");
                }
            }
        }

        return sum;
    }

    /// <param name="chunk">The reference.</param>
    /// <param name="isExact">Whether its length is that of the chunk, not of the data below it.</param>
    private ReadOnlyMemory<byte> ReadTreeChunk(in ChunkRef chunk, bool isExact)
    {
        ReadOnlyMemory<byte> bytes = _chunks.ReadTree(chunk.Id);
        return !isExact || bytes.Length == chunk.Length
            ? bytes
            : throw new InvalidEncodingException($"a tree page has {bytes.Length} bytes instead of {chunk.Length}");
    }

    /// <summary>Turns what is wrong below a path into an affected file, and into an error unless the cause has one.
    /// </summary>
    private void Guarded(byte[] path, Action check)
    {
        try
        {
            check();
        }
        catch (DamagedException e)
        {
            Affect(path, e.Subject);
            _chunks.Report(e);
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
        {
            Affect(path, e.Message);
        }
    }

    private void Affect(byte[] path, string cause) =>
        _report.Affect(new AffectedFile(_snapshot, path.Length == 0 ? "/"u8.ToArray() : path, cause));

    private readonly record struct PendingPage(ChunkRef Reference, int Level, byte[] Path);
}
