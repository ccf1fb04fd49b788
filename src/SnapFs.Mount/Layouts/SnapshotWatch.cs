using System.Diagnostics.CodeAnalysis;
using SnapFs.Mount.Events;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Layouts;

/// <summary>
/// Looks for new snapshots, on a thread of its own, when a list of snapshots is looked at and now and then besides. Nobody waits for it:
/// what is known is shown, and what is new a moment later.
/// </summary>
/// <remarks>A mount that nobody uses lets the disk sleep and costs few requests: the longer nobody looks, the seldomer it
/// does.</remarks>
internal sealed class SnapshotWatch : IDisposable
{
    /// <summary>A listing older than this is looked at again when somebody looks.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <summary>How seldom to look where nobody does.</summary>
    private static readonly TimeSpan MaxInterval = TimeSpan.FromMinutes(5);

    /// <summary>Between two looks lies this many times what one takes.</summary>
    private const int Rest = 10;

    private readonly MountOptions _options;
    private readonly ISnapshotSource _source;
    private readonly SnapshotLayout _layout;
    private readonly Action<IReadOnlyList<Invalidation>> _invalidate;
    private readonly Action<MountEvent> _report;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _lock = new();
    private readonly Thread _thread;
    private long _nextAllowed;
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
        _nextAllowed = After(MaxAge);
        _thread = MountThread.Start("snapshot list", Run, report);
    }

    /// <summary>Has the thread look if what is known is old. Returns at once.</summary>
    internal void BringUpToDate()
    {
        if (_options.Clock.GetTimestamp() < Volatile.Read(ref _nextAllowed))
        {
            return;
        }

        lock (_lock)
        {
            _isWanted = true;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        lock (_lock)
        {
            Monitor.Pulse(_lock);
        }

        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        TimeSpan interval = _options.RefreshInterval;
        while (true)
        {
            lock (_lock)
            {
                if (!_isWanted && !_stop.IsCancellationRequested)
                {
                    Monitor.Wait(_lock, interval);
                }

                interval = _isWanted ? _options.RefreshInterval : Min(interval * 2, MaxInterval);
                _isWanted = false;
            }

            if (_stop.IsCancellationRequested)
            {
                return;
            }

            // Only after this one has been looked at, and after a rest, another look may be asked for.
            Volatile.Write(ref _nextAllowed, long.MaxValue);
            long start = _options.Clock.GetTimestamp();
            IReadOnlyList<Invalidation> changes = Refresh();
            TimeSpan taken = _options.Clock.GetElapsedTime(start);
            if (changes.Count > 0)
            {
                _invalidate(changes);
            }

            Volatile.Write(ref _nextAllowed, After(taken * Rest > MaxAge ? taken * Rest : MaxAge));
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, what was known stays.")]
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
        catch (Exception e)
        {
            _report(new MountEvent(MountEventKind.StorageUnavailable, $"cannot look for new snapshots: {e.Message}", e));
            return [];
        }
    }

    private long After(TimeSpan time) =>
        _options.Clock.GetTimestamp() + (long)(time.TotalSeconds * _options.Clock.TimestampFrequency);

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
