using SnapFs.Chunks;
using SnapFs.Mount.Events;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>
/// Finds out, beside the readers, whether any node of a snapshot has security labels. <c>ls -l</c> asks for the label of
/// every file, which doubles its time, but stops when the file system says that it supports none.
/// </summary>
/// <remarks>Counted on a thread of its own when a question comes and no other snapshot is counted; until it is done, and for
/// trees too large to walk for this, questions get their exact answer.</remarks>
internal sealed class XattrCensus(ITreePages pages, CensusTurn turn)
{
    /// <summary>Walking this many entries takes about a second of one core.</summary>
    private const long MaxEntries = 2_000_000;

    private const string ThreadName = "xattr census";

    private readonly Lock _lock = new();
    private Thread? _thread;
    private volatile bool _hasNone;
    private volatile bool _isStopped;

    /// <summary>Whether it is known that no node has an attribute that <see cref="IsCounted"/> names.</summary>
    internal bool HasNone => _hasNone;

    /// <summary>Whether an attribute is one that <c>ls</c> asks of every file.</summary>
    internal static bool IsCounted(ReadOnlySpan<byte> name) => name.SequenceEqual("security.selinux"u8);

    /// <summary>Starts to count, the first time it is called.</summary>
    internal void Start(SnapshotView snapshot)
    {
        if (_thread is not null || snapshot.Head.Statistics.Entries > MaxEntries)
        {
            return;
        }

        lock (_lock)
        {
            if (_thread is null && !_isStopped && turn.TryTake())
            {
                _thread = MountThread.Start(ThreadName, () => Count(snapshot), turn.Report);
            }
        }
    }

    /// <summary>Ends a count that is running and waits for it.</summary>
    internal void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
        }

        _thread?.Join();
    }

    private void Count(SnapshotView snapshot)
    {
        try
        {
            _hasNone = !Counts(snapshot.ReadTop(out _).Xattrs) && IsFree(snapshot.Head.Root);
        }
        catch (Exception e) when (e is SnapFsException or OperationCanceledException)
        {
            // A tree that cannot be walked to its end proves nothing; whoever reads the damaged part is told.
        }
        finally
        {
            turn.Give();
        }
    }

    private bool IsFree(in ChunkRef root)
    {
        TreeWalker walker = new(pages, default, in root);
        while (walker.Next())
        {
            NodeView node = walker.Node;
            if (_isStopped || Counts(node.Xattrs))
            {
                return false;
            }

            if (node.Type == NodeType.Directory)
            {
                walker.Enter(in node.Tree);
            }
        }

        return true;
    }

    private static bool Counts(ReadOnlySpan<byte> list)
    {
        XattrReader xattrs = new(list);
        while (xattrs.Next())
        {
            if (IsCounted(xattrs.Name))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Lets one snapshot of a mount be counted at a time.</summary>
/// <param name="report">Gets what belongs in a log.</param>
internal sealed class CensusTurn(Action<MountEvent> report)
{
    private int _isTaken;

    internal Action<MountEvent> Report { get; } = report;

    internal bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    internal void Give() => Volatile.Write(ref _isTaken, 0);
}
