using SnapFs.Caches;
using SnapFs.Mount.Layouts;
using SnapFs.Trees;
using SnapFs.Volumes.Reading;

namespace SnapFs.Mount.Reads;

/// <summary>
/// The dumps that were read last. What reading one takes is prepared by the first read: for a full dump that is made up,
/// the tree of the volume is walked once. Safe for concurrent use.
/// </summary>
internal sealed class OpenDumps(FrameCache frames, ITreePages pages, Action? beforeWaiting)
{
    /// <summary>Dumps that are kept. One takes 16 bytes a vnode.</summary>
    private const int Capacity = 16;

    private readonly Lock _lock = new();
    private readonly LinkedList<OpenDump> _recent = [];

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
            if (_recent.Count > Capacity)
            {
                _recent.RemoveLast();
            }

            return node.Value;
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
