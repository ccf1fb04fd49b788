using System.Diagnostics;
using System.Runtime.InteropServices;
using SnapFs.Mount.Events;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Fuse.Mounts;
using SnapFs.Mount.Fuse.Requests;
using SnapFs.Owners;
using SnapFs.Posix.Owners;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>A mounted file system and the threads that serve it.</summary>
public sealed unsafe class MountSession : IDisposable
{
    /// <summary><c>FUSE_DEV_IOC_CLONE</c> of include/uapi/linux/fuse.h: <c>_IOR(229, 0, uint32_t)</c>.</summary>
    internal const nuint CloneDevice = 0x8004E500;

    /// <summary>How long threads may take to end once the mount is gone. Those that a lazily detached mount still serves, or that wait
    /// for a storage that hangs, do not: they end with the process.</summary>
    private static readonly TimeSpan MaxEnding = TimeSpan.FromSeconds(5);

    /// <summary>How long the storage is still waited for once whoever asked is gone.</summary>
    private static readonly TimeSpan PatienceAfterInterrupt = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly string? _connection;
    private readonly SnapshotFileSystem _files;
    private readonly List<int> _devices = [];
    private readonly List<Thread> _threads = [];

    /// <summary>Set when the first thread ends, as all do once the mount is gone. Some may still wait for a storage that hangs.</summary>
    private readonly ManualResetEventSlim _ending = new();
    private WaitingRequests? _waits;
    private FuseNotifier? _notifier;
    private FuseStore? _store;
    private bool _isDisposed;

    private MountSession(string path, SnapshotFileSystem files, int device)
    {
        _path = path;
        _files = files;
        _devices.Add(device);
        _connection = MountTable.Find(path)?.Device;
    }

    /// <summary>The file system that is served, for measurements.</summary>
    public SnapshotFileSystem Files => _files;

    /// <summary>Mounts a repository and serves it; returns when the mount can be used.</summary>
    /// <param name="path">An existing, empty directory; or a SnapFs mount whose process is dead, which is cleared.
    /// </param>
    /// <param name="options">What to show, and to whom.</param>
    /// <param name="settings">How to serve it.</param>
    /// <param name="source">The repository; not disposed, and needed until this session is.</param>
    /// <param name="report">Gets what belongs in a log, on any thread; must not throw.</param>
    /// <exception cref="MountException">It cannot be mounted; says what to do.</exception>
    public static MountSession Start(
        string path,
        MountOptions options,
        FuseSettings settings,
        ISnapshotSource source,
        Action<MountEvent> report)
    {
        string resolved = MountPoint.Resolve(path);
        MountPoint.Prepare(resolved);
        IUserDatabase users = settings.Users ?? new SystemUsers();
        SnapshotFileSystem files = new(
            options with { UserId = Interop.Libc.geteuid(), GroupId = Interop.Libc.getegid(), BeforeWaiting = FuseWorker.BeforeWaiting },
            source,
            users,
            report);
        int device;
        try
        {
            device = FuseMounter.Mount(resolved, options);
        }
        catch
        {
            files.Dispose();
            throw;
        }

        MountSession session = new(resolved, files, device);
        try
        {
            session.Serve(options, settings, report);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the file system is unmounted, by whomever.</summary>
    /// <returns>False if the token was cancelled first.</returns>
    public bool WaitForUnmount(CancellationToken cancellationToken)
    {
        try
        {
            _ending.Wait(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Unmounts.</summary>
    /// <param name="isLazy">Whether to detach a mount that is in use.</param>
    /// <exception cref="MountException">It is in use.</exception>
    public void Unmount(bool isLazy) => Unmounter.Unmount(_path, isLazy);

    /// <summary>Unmounts if that was not done, even from under its users, and frees everything. Where only root may end
    /// the connection, users inside a mount keep it, and what serves them, until they leave or the process ends.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_connection is not null && MountTable.Find(_path)?.Device == _connection) // another mount may lie there by now
        {
            Unmounter.Abort(_path);
        }

        _waits?.Stop();
        long start = Stopwatch.GetTimestamp();
        if (!_threads.TrueForAll(thread => HasEnded(thread, start)))
        {
            return; // it uses what would be freed below
        }

        _notifier?.Dispose();
        if (!HasEnded(MountThread.Start("end", _files.Dispose, _files.Report), start))
        {
            return; // as does what it waits for: a thread beside the readers
        }

        _store?.Dispose();
        foreach (int device in _devices)
        {
            _ = Interop.Libc.close(device);
        }

        _ending.Dispose();
    }

    private static bool HasEnded(Thread thread, long start)
    {
        TimeSpan left = MaxEnding - Stopwatch.GetElapsedTime(start);
        return thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    private void Serve(MountOptions options, FuseSettings settings, Action<MountEvent> report)
    {
        FuseDispatcher dispatcher = new(_files, options.AllowOther);
        ReaderGate gate = new(Math.Max(1, Math.Min(settings.Threads, Environment.ProcessorCount)));
        BusyWait busyWait = new(Environment.ProcessorCount);
        WaitingRequests waits = _waits = new WaitingRequests(settings.Threads, PatienceAfterInterrupt);
        using (FuseWorker first = new(_devices[0], dispatcher, gate, busyWait, waits))
        {
            first.Handshake(options.AllowOther);
        }

        if (Interop.Libc.geteuid() == 0 && ReadAheadSetting.TryRaise(_path) is { } reason)
        {
            report(new MountEvent(MountEventKind.Notice, $"the read-ahead stays at its default: {reason}"));
        }

        int threads = settings.Threads + FuseSettings.Reserve;
        int[] devices = [_devices[0], .. Enumerable.Range(1, threads - 1).Select(_ => Clone())];
        foreach ((int i, int device) in devices.Index())
        {
            FuseWorker worker = new(device, dispatcher, gate, busyWait, waits);
            _threads.Add(MountThread.Start($"fuse {i}", () => Work(worker), _files.Report));
        }

        _notifier = new FuseNotifier(_devices[0], _files.Report);
        _files.StartRefreshing(_notifier.Add);
        _store = new FuseStore(_devices[0]);
        _files.StartPreloading(_store);
    }

    private void Work(FuseWorker worker)
    {
        try
        {
            using FuseWorker served = worker;
            Errno error = worker.Run();
            if (error != Errno.None)
            {
                string reason = Marshal.GetPInvokeErrorMessage((int)error);
                _files.Report(new MountEvent(MountEventKind.Bug, $"{_path}: the FUSE device failed: {reason}"));
            }
        }
        finally
        {
            _ending.Set();
        }
    }

    /// <summary>A descriptor of its own for a thread, so that replies do not meet on one lock; without the right to
    /// open the device threads share the first.</summary>
    private int Clone()
    {
        int device = FuseMounter.TryOpenDevice();
        uint original = (uint)_devices[0];
        if (device < 0)
        {
            return _devices[0];
        }

        if (Interop.Libc.ioctl(device, CloneDevice, ref original) != 0)
        {
            _ = Interop.Libc.close(device);
            return _devices[0];
        }

        _devices.Add(device);
        return device;
    }
}
