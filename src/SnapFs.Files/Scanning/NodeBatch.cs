using SnapFs.Binary;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>
/// A stretch of a directory whose files are read by several workers and whose nodes are then taken in order.
/// Neighbours are read one after the other by one worker, so that their small chunks share frames.
/// </summary>
internal sealed class NodeBatch
{
    private const int MaxItems = 1024;
    private const int MaxReadyBytes = 256 * 1024;
    private const int RunItems = 32;
    private const long RunBytes = 1 << 20;

    private readonly ByteWriter _ready = new();
    private readonly Item[] _items = new Item[MaxItems];
    private readonly List<Run> _runs = [];
    private int _runCount;

    /// <summary>Nodes, made and to be made.</summary>
    public int Count { get; private set; }

    /// <summary>Stretches of files to be read; each is one worker's.</summary>
    public int RunCount => _runCount;

    /// <summary>Whether it must be taken before more is added.</summary>
    public bool IsFull => Count == MaxItems || _ready.Length >= MaxReadyBytes;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        for (int i = 0; i < _runCount; i++)
        {
            _runs[i].Nodes.Clear();
        }

        _ready.Clear();
        _runCount = 0;
        Count = 0;
    }

    /// <summary>Adds a node that is known.</summary>
    public void AddReady(ReadOnlySpan<byte> raw)
    {
        _items[Count++] = new Item { Run = -1, Offset = _ready.Length };
        _ready.Bytes(raw);
    }

    /// <summary>Adds a file to be read.</summary>
    public void AddRead(int entry, in FileStat stat, bool isNew)
    {
        if (_runCount == 0 || _runs[_runCount - 1].IsFull)
        {
            if (_runCount == _runs.Count)
            {
                _runs.Add(new Run());
            }

            _runs[_runCount++].Start(Count);
        }

        _runs[_runCount - 1].Extend(Count, stat.Type == NodeType.File ? stat.Size : 0);
        _items[Count++] = new Item { Run = _runCount - 1, Offset = -1, Entry = entry, Stat = stat, IsNew = isNew };
    }

    /// <summary>Makes the nodes of one run.</summary>
    public void Read(WorkerContext context, int run, DirectoryTask task)
    {
        Run part = _runs[run];
        for (int i = part.First; i <= part.Last; i++)
        {
            ref Item item = ref _items[i];
            if (item.Run == run)
            {
                int start = part.Nodes.Length;
                bool isWritten = task.TryWriteNode(context, item.Entry, in item.Stat, item.IsNew, part.Nodes);
                item.Offset = isWritten ? start : -1;
                part.Nodes.Truncate(isWritten ? part.Nodes.Length : start);
            }
        }
    }

    /// <summary>The position in the listing of an entry that was to be read.</summary>
    public int EntryAt(int index) => _items[index].Entry;

    /// <summary>The node at a position.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <param name="node">The node.</param>
    /// <param name="isRead">Whether it was read in this run.</param>
    /// <param name="isNew">Whether it was not in the tree before.</param>
    /// <returns>False if there is none because the file could not be read.</returns>
    public bool TryGet(int index, out NodeView node, out bool isRead, out bool isNew)
    {
        ref Item item = ref _items[index];
        isRead = item.Run >= 0;
        isNew = item.IsNew;
        if (item.Offset < 0)
        {
            node = default;
            return false;
        }

        ByteWriter writer = isRead ? _runs[item.Run].Nodes : _ready;
        node = NodeCodec.Read(writer.Written[item.Offset..]);
        return true;
    }

    private struct Item
    {
        public int Run;
        public int Offset;
        public int Entry;
        public bool IsNew;
        public FileStat Stat;
    }

    private sealed class Run
    {
        private int _count;
        private long _bytes;

        public ByteWriter Nodes { get; } = new();

        public int First { get; private set; }

        public int Last { get; private set; }

        public bool IsFull => _count >= RunItems || _bytes >= RunBytes;

        public void Start(int item)
        {
            First = item;
            _count = 0;
            _bytes = 0;
        }

        public void Extend(int item, long bytes)
        {
            Last = item;
            _count++;
            _bytes += Math.Min(bytes, RunBytes);
        }
    }
}
