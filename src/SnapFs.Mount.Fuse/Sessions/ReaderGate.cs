using System.Diagnostics;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>
/// Lets as few threads as possible wait on the device at once: one, unless requests queue up.
/// </summary>
/// <remarks>
/// The kernel wakes waiting readers in turn. With one reader the scheduler keeps it beside its caller, and a request
/// costs two switches on one core; with four it wandered between cores, and listing a tree took twice as long, reading
/// small files half as long again (2 cores). A thread that must wait for a decode lets the next one read meanwhile.
/// </remarks>
internal sealed class ReaderGate(int maxReaders)
{
    /// <summary>A read that returns this soon found a request that had been waiting.</summary>
    private static readonly long Backlog = Stopwatch.Frequency / 500_000;

    /// <summary>A read that waits this long shows that there are more readers than are needed.</summary>
    private static readonly long Idle = Stopwatch.Frequency / 1000;

    /// <summary>So many reads in a row must find a backlog before another reader comes.</summary>
    private const int BacklogReads = 32;

    private readonly object _lock = new();
    private int _allowed = 1;
    private int _reading;
    private bool _isClosed;

    /// <summary>Waits until this thread may read.</summary>
    /// <returns>False if there is nothing to read any more.</returns>
    internal bool TryEnter()
    {
        lock (_lock)
        {
            while (!_isClosed && _reading >= _allowed)
            {
                Monitor.Wait(_lock);
            }

            _reading++;
            return !_isClosed;
        }
    }

    /// <summary>Lets another thread read instead of this one.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            _reading--;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Ends reading for all threads.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Notes how long a read took, and allows more readers or fewer.</summary>
    /// <param name="ticks">Duration, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="run">Reads in a row that found a backlog; belongs to the thread.</param>
    internal void Note(long ticks, ref int run)
    {
        if (ticks < Backlog)
        {
            run++;
            if (run == BacklogReads)
            {
                run = 0;
                Change(1);
            }

            return;
        }

        run = 0;
        if (ticks > Idle && Volatile.Read(ref _allowed) > 1)
        {
            Change(-1);
        }
    }

    /// <summary>Whether this thread reads beyond what is allowed, and should leave.</summary>
    internal bool IsCrowded => Volatile.Read(ref _reading) > Volatile.Read(ref _allowed);

    private void Change(int by)
    {
        lock (_lock)
        {
            _allowed = Math.Clamp(_allowed + by, 1, maxReaders);
            Monitor.Pulse(_lock);
        }
    }
}
