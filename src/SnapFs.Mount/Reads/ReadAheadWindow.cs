namespace SnapFs.Mount.Reads;

/// <summary>How far to be ahead of one reader: the farther, the longer it goes forward.</summary>
/// <remarks>Races between readers of one file cost a prefetch too many at worst.</remarks>
internal sealed class ReadAheadWindow
{
    /// <summary>How far to read ahead at first, and at most, bytes.</summary>
    private const long First = 2L << 20;
    private const long Last = 8L << 20;

    /// <summary>Requests of one reader may overtake each other by this much, bytes.</summary>
    private const long Slack = 4L << 20;

    private long _next;
    private long _ahead;
    private long _window = First;

    /// <summary>Notes that a range is about to be read.</summary>
    /// <param name="offset">Its first byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="size">Bytes of the whole.</param>
    /// <param name="from">First byte to ask for.</param>
    /// <param name="count">Bytes to ask for.</param>
    /// <returns>Whether there is anything to ask for: reads go forward and come near the end of what was asked for.
    /// </returns>
    internal bool TryAdvance(long offset, int length, long size, out long from, out long count)
    {
        long end = Math.Min(offset + length, size);
        bool isForward = offset <= _next + Slack && end >= _next - Slack;
        _next = isForward ? Math.Max(_next, end) : end;
        from = Math.Max(_ahead, end);
        count = 0;
        if (!isForward)
        {
            _ahead = end;
            _window = First;
            return false;
        }

        long target = Math.Min(end + _window, size);
        if (target <= _ahead)
        {
            return false;
        }

        count = target - from;
        _ahead = target;
        _window = Math.Min(_window * 2, Last);
        return true;
    }
}
