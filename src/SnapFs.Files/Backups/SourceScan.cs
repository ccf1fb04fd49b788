using System.Diagnostics;
using SnapFs.Files.Scanning;

namespace SnapFs.Files.Backups;

/// <summary>
/// Counts what a backup is going to read while the backup runs, so that its progress has a total. A thread looks at names and
/// sizes and opens no file, after two seconds at low priority; errors are passed over, the backup itself reports them.
/// </summary>
public sealed class SourceScan : IDisposable
{
    /// <summary>About a quarter of what a thread of the backup gets: with less the count would end with the backup.</summary>
    private const int Niceness = 6;

    /// <summary>Most trees are counted in that time, also beside a busy backup.</summary>
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly SourceCounter _counter;
    private readonly Thread _thread;
    private volatile bool _isComplete;
    private bool _isPolite;

    private SourceScan(BackupOptions options)
    {
        _counter = new SourceCounter(options, BePolite, _stop.Token);
        _thread = new Thread(Count) { IsBackground = true, Name = "count" };
        _thread.Start();
    }

    /// <summary>Whether all was counted.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>Whether it goes on; one that has ended and is not complete has no total.</summary>
    public bool IsCounting => _thread.IsAlive;

    /// <summary>Bytes of the regular files seen so far, as <see cref="BackupProgress.Bytes"/> counts them.</summary>
    public long Bytes => _counter.Bytes;

    /// <summary>Regular files seen so far.</summary>
    public long Files => _counter.Files;

    /// <summary>Begins to count.</summary>
    public static SourceScan Start(BackupOptions options) => new(options);

    /// <summary>Blocks until all was counted.</summary>
    public void Wait() => _thread.Join();

    /// <summary>Stops counting.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    private void BePolite()
    {
        if (!_isPolite && Stopwatch.GetElapsedTime(_started) > Hurry)
        {
            _isPolite = true;
            // On Linux this is of the calling thread. Without it the count is as good, only less polite.
            _ = Interop.Libc.setpriority(Interop.Libc.PRIO_PROCESS, 0, Niceness);
        }
    }

    private void Count()
    {
        try
        {
            _isComplete = _counter.Run();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Stopped, or a tree that cannot be counted: the backup meets the same and reports it, its progress has no total.
            _isComplete = false;
        }
    }
}
