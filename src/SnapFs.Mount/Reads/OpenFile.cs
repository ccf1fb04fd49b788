using SnapFs.Caches;
using SnapFs.Mount.Nodes;

namespace SnapFs.Mount.Reads;

/// <summary>A file that was read lately, and how it is being read.</summary>
internal sealed class OpenFile(ulong nodeId, object owner, ContentReader content, LeafTable directory, long ordinal)
{
    /// <summary>How far to read ahead at first, and at most, bytes.</summary>
    private const long FirstWindow = 2L << 20;
    private const long LastWindow = 8L << 20;

    /// <summary>Requests of one reader may overtake each other by this much, bytes.</summary>
    private const long Slack = 4L << 20;

    private long _next;
    private long _ahead;
    private long _window = FirstWindow;

    internal ulong NodeId { get; } = nodeId;

    /// <summary>The slot or link the node id belongs to: ids are used again, these objects are not.</summary>
    internal object Owner { get; } = owner;

    internal ContentReader Content { get; } = content;

    /// <summary>The directory it was found in, and its ordinal there.</summary>
    internal LeafTable Directory { get; } = directory;

    internal long Ordinal { get; } = ordinal;

    /// <summary>For eviction: when it was used last, in uses of the table.</summary>
    internal long LastUse { get; set; }

    /// <summary>Notes that a range is about to be read and asks for what follows if reads go forward.</summary>
    /// <remarks>Races between readers of one file cost a prefetch too many at worst.</remarks>
    internal void ReadAhead(long offset, int length)
    {
        long end = Math.Min(offset + length, Content.Size);
        bool isForward = offset <= _next + Slack && end >= _next - Slack;
        _next = isForward ? Math.Max(_next, end) : end;
        if (!isForward)
        {
            _ahead = end;
            _window = FirstWindow;
            return;
        }

        long target = Math.Min(end + _window, Content.Size);
        if (target > _ahead)
        {
            long from = Math.Max(_ahead, end);
            Content.Prefetch(from, target - from);
            _ahead = target;
            _window = Math.Min(_window * 2, LastWindow);
        }
    }
}
