using SnapFs.Caches;
using SnapFs.Mount.Reads;
using SnapFs.Trees;

namespace SnapFs.Mount.Kinds;

/// <summary>
/// The files that were made while they were read, of those the last. What reading one takes is prepared by the first read.
/// Safe for concurrent use.
/// </summary>
/// <param name="frames">Where chunks come from.</param>
/// <param name="pages">Where tree pages come from.</param>
/// <param name="beforeWaiting">Called before something that takes long.</param>
/// <param name="capacity">Bytes of memory that the files may take together; the one read last is kept whatever it takes.</param>
internal sealed class ComputedFiles(
    FrameCache frames, ITreePages pages, Func<CancellationToken>? beforeWaiting, long capacity = ComputedFiles.DefaultCapacity)
{
    /// <summary>Four dumps of volumes of a million files, for example, at 16 bytes a file.</summary>
    private const long DefaultCapacity = 64L << 20;

    /// <summary>Files that are kept, however small.</summary>
    private const int MaxCount = 16;

    private readonly Lock _lock = new();
    private readonly LinkedList<OpenedFile> _recent = [];

    /// <summary>Number of files that are kept.</summary>
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

    /// <summary>Hands out bytes of a file, fewer than asked for only at its end.</summary>
    /// <exception cref="DamagedException">The file cannot be made.</exception>
    internal void Read<TSink>(ComputedFile file, long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        OpenedFile open = Find(file);
        ComputedContent content = Prepare(open);
        if (open.Window.TryAdvance(offset, length, content.Length, out long from, out long count))
        {
            content.Prefetch(from, count);
        }

        content.Read(offset, length, ref sink);
    }

    private OpenedFile Find(ComputedFile file)
    {
        lock (_lock)
        {
            LinkedListNode<OpenedFile>? node = _recent.First;
            while (node is not null && !ReferenceEquals(node.Value.File, file))
            {
                node = node.Next;
            }

            if (node is null)
            {
                node = new LinkedListNode<OpenedFile>(new OpenedFile(file));
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

    private ComputedContent Prepare(OpenedFile open)
    {
        if (Volatile.Read(ref open.Content) is { } ready)
        {
            return ready;
        }

        beforeWaiting?.Invoke();
        lock (open.Preparing)
        {
            ComputedContent content = open.Content ?? open.File.Open(frames, pages);
            Volatile.Write(ref open.Content, content);
            lock (_lock)
            {
                Trim();
            }

            return content;
        }
    }

    private sealed class OpenedFile(ComputedFile file)
    {
        /// <summary>Null until it was read for the first time, or if that failed.</summary>
        internal ComputedContent? Content;

        internal ComputedFile File { get; } = file;

        internal Lock Preparing { get; } = new();

        internal ReadAheadWindow Window { get; } = new();
    }
}
