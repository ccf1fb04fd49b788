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
    private readonly FrameCache _frames;
    private readonly IndexCheck _index;
    private readonly PackCheck _packs;
    private readonly CheckReport _report;
    private readonly HashSet<ChunkId> _visited = [];
    private readonly HashSet<string> _reportedPacks = [];
    private readonly Stack<PendingPage> _pending = new();
    private ObjectId _snapshot;

    internal TreeCheck(ISnapshotSource source, IndexCheck index, PackCheck packs, CheckReport report)
    {
        _source = source;
        _frames = new FrameCache(source);
        _index = index;
        _packs = packs;
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
            catch (DamagedException e)
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
                CheckDataChunk(xattrs.External);
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
                CheckDataChunk(in chunk);
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
        ReadOnlyMemory<byte> bytes = _frames.Read(ChunkKind.Tree, chunk.Id);
        return !isExact || bytes.Length == chunk.Length
            ? bytes
            : throw new InvalidEncodingException($"a tree page has {bytes.Length} bytes instead of {chunk.Length}");
    }

    private void CheckDataChunk(in ChunkRef chunk)
    {
        if (!_source.TryLocate(ChunkKind.Data, chunk.Id, out ChunkLocation location))
        {
            throw new DamagedException($"chunk {chunk.Id}", "it is in no index segment");
        }

        if (location.Length != chunk.Length)
        {
            throw new InvalidEncodingException(
                $"chunk {chunk.Id} has {location.Length} bytes in the index instead of {chunk.Length}");
        }

        // Names are only made when there is damage to look for.
        if (_index.Lost.Count == 0 && _packs.BadFrames.IsEmpty)
        {
            return;
        }

        string pack = _source.NameOf(location.Frame);
        if (_index.Lost.Contains(pack) || _packs.BadFrames.ContainsKey((pack, location.Frame.Offset)))
        {
            _reportedPacks.Add(pack); // its own error is in the report
            throw new DamagedException(pack, "it is damaged or missing");
        }
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
            if (!_index.Lost.Contains(e.Subject) && _reportedPacks.Add(e.Subject))
            {
                _report.Error(e.Subject, e, Advice.Pack);
            }
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
