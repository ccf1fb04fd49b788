using SnapFs.Mount.Events;
using SnapFs.Mount.Layouts;
using SnapFs.Snapshots;

namespace SnapFs.Mount;

/// <content>New snapshots in a running mount.</content>
public sealed partial class SnapshotFileSystem
{
    /// <summary>A listing older than this is looked at again before it is shown.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <summary>How long a listing waits for the storage; after that it shows what is known.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly object _refreshLock = new();
    private Action<IReadOnlyList<Invalidation>>? _invalidate;
    private Thread? _refresher;
    private long _refreshed;
    private bool _isWanted;
    private StatusText _status = StatusText.Empty;

    /// <summary>Looks for new snapshots from now on, every <see cref="MountOptions.RefreshInterval"/> and when a list
    /// of snapshots is looked at.</summary>
    /// <param name="invalidate">Told what kernels must forget, on a thread of this object; must not wait for an
    /// operation of this file system.</param>
    public void StartRefreshing(Action<IReadOnlyList<Invalidation>> invalidate)
    {
        _invalidate = invalidate;
        _refreshed = _options.Clock.GetTimestamp();
        _refresher = new Thread(RefreshLoop) { IsBackground = true, Name = "snapshot list" };
        _refresher.Start();
    }

    private void StopRefreshing()
    {
        _stop.Cancel();
        lock (_refreshLock)
        {
            Monitor.PulseAll(_refreshLock);
        }

        _refresher?.Join();
        _stop.Dispose();
    }

    private void RefreshLoop()
    {
        while (true)
        {
            lock (_refreshLock)
            {
                if (!_isWanted && !_stop.IsCancellationRequested)
                {
                    Monitor.Wait(_refreshLock, _options.RefreshInterval);
                }

                _isWanted = false;
            }

            if (_stop.IsCancellationRequested)
            {
                return;
            }

            IReadOnlyList<Invalidation> changes = Refresh();
            lock (_refreshLock)
            {
                _refreshed = _options.Clock.GetTimestamp();
                Monitor.PulseAll(_refreshLock);
            }

            if (changes.Count > 0)
            {
                _invalidate!(changes); // set before the thread started
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

            Report(new MountEvent(MountEventKind.SnapshotsChanged, $"{_source.Snapshots.Count} snapshots are shown"));
            return Rebuild();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return [];
        }
        catch (SnapFsException e)
        {
            Report(new MountEvent(MountEventKind.StorageUnavailable, $"cannot look for new snapshots: {e.Message}", e));
            return [];
        }
    }

    private IReadOnlyList<Invalidation> Rebuild()
    {
        IReadOnlyList<SnapshotHead> heads = _source.Snapshots;
        IReadOnlyList<Invalidation> changes = _layout.Apply(LayoutPlan.Make(heads, IsHidden));
        StatusText status = new(heads, IsHidden);
        Volatile.Write(ref _status, status);
        _layout.SetStatus(status.Format(_options.Clock.GetUtcNow()));
        return changes;
    }

    /// <summary>Whether only the user who mounts may see a snapshot. Modes say nothing of who could read a file of a
    /// volume, so nobody else sees one whose access lists are not enforced.</summary>
    private bool IsHidden(SnapshotHead head) => _options.AllowOther
        && (head.Volume is null
            ? !_options.UsersOf.Contains(head.Host, StringComparer.Ordinal)
            : !_options.AfsAcls || !VolumePlan.Takes(head));

    /// <summary>Brings a directory of the layout up to date before it is shown.</summary>
    private void BeforeListing(VirtualNode place)
    {
        if (_layout.IsOwnDirectory(place))
        {
            _layout.SetStatus(Volatile.Read(ref _status).Format(_options.Clock.GetUtcNow()));
            return;
        }

        if (_refresher is null || _options.Clock.GetElapsedTime(Volatile.Read(ref _refreshed)) < MaxAge)
        {
            return;
        }

        _options.BeforeWaiting?.Invoke();
        lock (_refreshLock)
        {
            long before = _refreshed;
            _isWanted = true;
            Monitor.PulseAll(_refreshLock);
            while (_refreshed == before && !_stop.IsCancellationRequested)
            {
                if (!Monitor.Wait(_refreshLock, MaxWait))
                {
                    return;
                }
            }
        }
    }
}
