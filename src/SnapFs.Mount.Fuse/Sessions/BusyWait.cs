using System.Diagnostics;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>
/// Decides whether a thread that has answered a request keeps asking the device for the next one for a moment before it
/// sleeps. Shared by the threads of a session; races cost a moment of waiting at worst.
/// </summary>
/// <remarks>
/// Programs that list a tree or read small files send the next request some microseconds after a reply. To sleep and be
/// woken meanwhile costs more than the request, above all in a virtual machine, where an idle processor is given back
/// to the host: listing /usr took 3.1 s with and 2.3 s without the sleep (2 virtual processors). A mount that nobody uses
/// sleeps.
/// </remarks>
internal sealed class BusyWait(int processors)
{
    /// <summary>How long to keep asking, in ticks of <see cref="Stopwatch"/>: 150 µs.</summary>
    internal static readonly long Window = Stopwatch.Frequency * 150 / 1_000_000;

    /// <summary>After so many moments in which nothing came, threads sleep at once.</summary>
    private const int MaxMisses = 4;

    private int _misses = MaxMisses;

    /// <summary>Whether to keep asking. Never on one processor, where it would keep the caller from running.</summary>
    internal bool IsWorthwhile => processors > 1 && Volatile.Read(ref _misses) < MaxMisses;

    /// <summary>Notes how long the next request took to come, however it was waited for.</summary>
    /// <param name="ticks">Duration, in ticks of <see cref="Stopwatch"/>.</param>
    internal void Note(long ticks)
    {
        if (ticks <= Window)
        {
            Volatile.Write(ref _misses, 0);
        }
        else if (Volatile.Read(ref _misses) is int misses and < MaxMisses)
        {
            Volatile.Write(ref _misses, misses + 1);
        }
    }
}
