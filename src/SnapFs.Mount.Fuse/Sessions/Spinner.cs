using System.Diagnostics;
using LibC = SnapFs.Mount.Fuse.Interop.Libc.Interop;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>
/// Lets one idle thread look for the next request a little while before it sleeps: a caller that lists a tree sends
/// the next request within microseconds, and waking a sleeping thread takes longer than answering.
/// </summary>
internal sealed unsafe class Spinner(TimeSpan time)
{
    private readonly long _ticks = (long)(time.TotalSeconds * Stopwatch.Frequency);
    private int _spinning;

    /// <summary>Returns when a request waits or it is time to sleep on it.</summary>
    internal void Wait(int device)
    {
        if (_ticks == 0 || Interlocked.CompareExchange(ref _spinning, 1, 0) != 0)
        {
            return;
        }

        LibC.pollfd poll = new() { fd = device, events = LibC.POLLIN };
        long end = Stopwatch.GetTimestamp() + _ticks;
        while (LibC.poll(&poll, 1, 0) == 0 && Stopwatch.GetTimestamp() < end)
        {
            Thread.SpinWait(4);
        }

        Volatile.Write(ref _spinning, 0);
    }
}
