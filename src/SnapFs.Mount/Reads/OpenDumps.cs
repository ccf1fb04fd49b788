using SnapFs.Afs.Reading;
using SnapFs.Caches;
using SnapFs.Mount.Layouts;
using SnapFs.Trees;

namespace SnapFs.Mount.Reads;

/// <summary>
/// The dumps that were read last. What reading one takes is prepared by the first read: for a full dump that is made up,
/// the tree of the volume is walked once. Safe for concurrent use.
/// </summary>
/// <param name="frames">Where chunks come from.</param>
/// <param name="pages">Where tree pages come from.</param>
/// <param name="beforeWaiting">Called before something that takes long.</param>
/// <param name="capacity">Bytes of memory that the dumps may take together; the one read last is kept whatever it takes.</param>
internal sealed class OpenDumps(
    FrameCache frames, ITreePages pages, Action? beforeWaiting, long capacity = OpenDumps.DefaultCapacity)
{
    /// <summary>Four volumes of a million vnodes: one takes 16 bytes a vnode.</summary>
    private const long DefaultCapacity = 64L << 20;

    /// <summary>Dumps that are kept, however small.</summary>
    private const int MaxCount = 16;

    private readonly Lock _lock = new();
    private readonly LinkedList<OpenDump> _recent = [];

    /// <summary>Number of dumps that are kept.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _recent.Count;
            }
        }
    }

    /// <summary>Hands out bytes of a dump, fewer than asked for only at its end.</summary>
    /// <exception cref="DamagedException">The dump cannot be made.</exception>
    internal void Read<TSink>(DumpFile file, long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        OpenDump open = Find(file);
        DumpContent content = Prepare(open);
        if (open.Window.TryAdvance(offset, length, content.Length, out long from, out long count))
        {
            content.Prefetch(from, count);
        }

        content.Read(offset, length, ref sink);
    }

    private OpenDump Find(DumpFile file)
    {
        lock (_lock)
        {
            LinkedListNode<OpenDump>? node = _recent.First;
            while (node is not null && !ReferenceEquals(node.Value.File, file))
            {
                node = node.Next;
            }

            if (node is null)
            {
                node = new LinkedListNode<OpenDump>(new OpenDump(file));
            }
            else
            {
                _recent.Remove(node);
            }

            _recent.AddFirst(node);
            Trim();
            return node.Value;
        }
    }

    /// <summary>Drops those that were not read for longest. Whoever reads one just now keeps it until he is done.</summary>
    private void Trim()
    {
        while (_recent.Count > 1
            && (_recent.Count > MaxCount || _recent.Sum(open => Volatile.Read(ref open.Content)?.Footprint ?? 0) > capacity))
        {
            _recent.RemoveLast();
        }
    }

    private DumpContent Prepare(OpenDump open)
    {
        if (Volatile.Read(ref open.Content) is { } ready)
        {
            return ready;
        }

        beforeWaiting?.Invoke();
        lock (open.Preparing)
        {
            DumpContent content = open.Content ?? (open.File.Part == SnapshotPart.OriginalDump
                ? OriginalDump.Open(open.File.Head, frames, pages)
                : FullDump.Open(open.File.Head, frames, pages, CancellationToken.None));
            Volatile.Write(ref open.Content, content);
            lock (_lock)
            {
                Trim();
            }

            return content;
        }
    }

    private sealed class OpenDump(DumpFile file)
    {
        /// <summary>Null until it was read for the first time, or if that failed.</summary>
        internal DumpContent? Content;

        internal DumpFile File { get; } = file;

        internal Lock Preparing { get; } = new();

        internal ReadAheadWindow Window { get; } = new();
    }
}
