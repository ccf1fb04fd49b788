using SnapFs.Mount.Events;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Layouts;

/// <summary>Looks for new snapshots, on a thread of its own: every <see cref="MountOptions.RefreshInterval"/>, and when a list of
/// snapshots is looked at.</summary>
internal sealed class SnapshotWatch : IDisposable
{
    /// <summary>A listing older than this is looked at again before it is shown.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <summary>How long a listing waits for the storage; after that it shows what is known.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(500);

    private readonly MountOptions _options;
    private readonly ISnapshotSource _source;
    private readonly SnapshotLayout _layout;
    private readonly Action<IReadOnlyList<Invalidation>> _invalidate;
    private readonly Action<MountEvent> _report;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _lock = new();
    private readonly Thread _thread;
    private long _refreshed;
    private bool _isWanted;

    /// <summary>Starts the thread.</summary>
    /// <param name="options">How often to look, and by which clock.</param>
    /// <param name="source">The repository.</param>
    /// <param name="layout">Made to show what was found.</param>
    /// <param name="invalidate">Told what kernels must forget.</param>
    /// <param name="report">Gets what belongs in a log.</param>
    internal SnapshotWatch(
        MountOptions options,
        ISnapshotSource source,
        SnapshotLayout layout,
        Action<IReadOnlyList<Invalidation>> invalidate,
        Action<MountEvent> report)
    {
        _options = options;
        _source = source;
        _layout = layout;
        _invalidate = invalidate;
        _report = report;
        _refreshed = options.Clock.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "snapshot list" };
        _thread.Start();
    }

    /// <summary>Waits a moment for the storage if what is known is old.</summary>
    internal void BringUpToDate()
    {
        if (_options.Clock.GetElapsedTime(Volatile.Read(ref _refreshed)) < MaxAge)
        {
            return;
        }

        _options.BeforeWaiting?.Invoke();
        lock (_lock)
        {
            long before = _refreshed;
            _isWanted = true;
            Monitor.PulseAll(_lock);
            while (_refreshed == before && !_stop.IsCancellationRequested)
            {
                if (!Monitor.Wait(_lock, MaxWait))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        lock (_lock)
        {
            Monitor.PulseAll(_lock);
        }

        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            lock (_lock)
            {
                if (!_isWanted && !_stop.IsCancellationRequested)
                {
                    Monitor.Wait(_lock, _options.RefreshInterval);
                }

                _isWanted = false;
            }

            if (_stop.IsCancellationRequested)
            {
                return;
            }

            IReadOnlyList<Invalidation> changes = Refresh();
            lock (_lock)
            {
                _refreshed = _options.Clock.GetTimestamp();
                Monitor.PulseAll(_lock);
            }

            if (changes.Count > 0)
            {
                _invalidate(changes);
            }
        }
    }

    private IReadOnlyList<Invalidation> Refresh()
    {
        try
        {
            if (!_source.Refresh(_stop.Token))
            {
                return [];
            }

            _report(new MountEvent(MountEventKind.SnapshotsChanged, $"{_source.Snapshots.Count} snapshots are shown"));
            return _layout.Rebuild();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return [];
        }
        catch (SnapFsException e)
        {
            _report(new MountEvent(MountEventKind.StorageUnavailable, $"cannot look for new snapshots: {e.Message}", e));
            return [];
        }
    }
}
