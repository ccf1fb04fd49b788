using SnapFs.Files.Scanning;

namespace SnapFs.Files.Backups;

/// <summary>
/// Counts what a backup is going to read while the backup runs, so that its progress has a total. A thread of low
/// priority looks at names and sizes and opens no file; errors are passed over, the backup itself reports them.
/// </summary>
public sealed class SourceScan : IDisposable
{
    /// <summary>About a quarter of what a thread of the backup gets: with less the count would end with the backup.</summary>
    private const int Niceness = 6;

    private readonly CancellationTokenSource _stop = new();
    private readonly SourceCounter _counter;
    private readonly Thread _thread;
    private volatile bool _isComplete;

    private SourceScan(BackupOptions options)
    {
        _counter = new SourceCounter(options, _stop.Token);
        _thread = new Thread(Count) { IsBackground = true, Name = "count" };
        _thread.Start();
    }

    /// <summary>Bytes of all regular files, as <see cref="BackupProgress.Bytes"/> counts them; null until all were seen.
    /// </summary>
    public long? Bytes => _isComplete ? _counter.Bytes : null;

    /// <summary>Regular files; null until all were seen.</summary>
    public long? Files => _isComplete ? _counter.Files : null;

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

    private void Count()
    {
        // On Linux this is of the calling thread. Without it the count is as good, only less polite.
        _ = Interop.Libc.setpriority(Interop.Libc.PRIO_PROCESS, 0, Niceness);
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
