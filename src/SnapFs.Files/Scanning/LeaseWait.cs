using System.Globalization;

namespace SnapFs.Files.Scanning;

/// <summary>How long a backup waits for files under a lease (fcntl(2), F_SETLEASE: Samba, NFS servers, any program), whose holders
/// are told by the first attempt to open them. Safe for concurrent use.</summary>
internal sealed class LeaseWait
{
    /// <summary>All waiting of a run together, ms. Servers give leases up at once when they are told; whoever does not cannot hold a
    /// backup up for longer, however many files he has.</summary>
    private const long MaxTotal = 2 * 60 * 1000;

    private const int FirstPause = 5;
    private const int LongestPause = 200;
    private const int Grace = 2000;

    private readonly long _longest = Grace + (1000L * BreakTime());
    private long _total;

    /// <summary>Waits a little before the next attempt to open one file.</summary>
    /// <param name="turn">The waiting for this file so far.</param>
    /// <param name="stop">Ends the waiting with an exception.</param>
    /// <returns>False if it was long enough for the kernel to break the lease.</returns>
    public bool Wait(ref Turn turn, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (turn.Waited >= _longest || Volatile.Read(ref _total) >= MaxTotal)
        {
            return false;
        }

        turn.Pause = Math.Clamp(turn.Pause * 2, FirstPause, LongestPause);
        stop.WaitHandle.WaitOne(turn.Pause);
        turn.Waited += turn.Pause;
        Interlocked.Add(ref _total, turn.Pause);
        return true;
    }

    /// <summary>Seconds after which the kernel takes a lease away (proc(5)).</summary>
    private static int BreakTime()
    {
        const int Default = 45;
        try
        {
            string text = File.ReadAllText("/proc/sys/fs/lease-break-time");
            return int.TryParse(text, CultureInfo.InvariantCulture, out int seconds) ? Math.Clamp(seconds, 0, 600) : Default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Default;
        }
    }

    /// <summary>The waiting for one file.</summary>
    public struct Turn
    {
        /// <summary>The last pause, ms.</summary>
        public int Pause;

        /// <summary>All pauses, ms.</summary>
        public long Waited;
    }
}
