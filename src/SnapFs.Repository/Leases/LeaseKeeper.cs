using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Storage;

namespace SnapFs.Repository.Leases;

/// <summary>
/// Holds the lease of one run: an object at its start, a heartbeat from time to time and before the commit, and one
/// at its end. A run that was killed leaves its last heartbeat, which ages.
/// </summary>
/// <remarks>
/// Whether a run was held up for longer than a lease protects it is not asked of the time of day, which may be set. It is
/// measured by the time since boot, in which a sleep counts; and, where the storage stamps what it receives with the clock
/// of another machine, by these stamps, which go on while a virtual machine stands still. All members are safe for
/// concurrent use.
/// </remarks>
public sealed class LeaseKeeper : IAsyncDisposable
{
    /// <summary>A run is taken for dead after this long without a heartbeat.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromHours(2);

    /// <summary>Time between two heartbeats.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(20);

    /// <summary>The end of a run may not hang on a storage that is gone: it is given this long.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    private readonly IStorage _storage;
    private readonly IDomainKeys _keys;
    private readonly LeaseKind _kind;
    private readonly TimeProvider _clock;
    private readonly Func<TimeSpan> _sinceBoot;
    private readonly HashSet<ObjectName> _put = [];
    private readonly List<ObjectId> _snapshots = [];
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _beating = Task.CompletedTask;
    private TimeSpan? _lastBegun;
    private DateTimeOffset? _lastReceived;
    private DateTimeOffset? _firstReceived;
    private ObjectId? _marks;
    private int _number;
    private bool _ended;

    private LeaseKeeper(
        IStorage storage, IDomainKeys keys, LeaseKind kind, TimeProvider clock, Func<TimeSpan> sinceBoot)
    {
        _storage = storage;
        _keys = keys;
        _kind = kind;
        _clock = clock;
        _sinceBoot = sinceBoot;
    }

    /// <summary>Whether more time than <see cref="Term"/> may have passed between two heartbeats that the storage saw, as on
    /// a suspended laptop or with a storage that hung: what was found stored before may be gone, so the run must not
    /// commit.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>Names the run.</summary>
    public ShortId Run { get; } = ShortId.Random();

    /// <summary>The number of the last heartbeat; -1 before the first.</summary>
    public int LastNumber => _number - 1;

    /// <summary>Whether somebody else puts heartbeats of this run: the machine was copied while it ran. Neither copy can rely on
    /// what it knows, so neither commits.</summary>
    public bool HasTwin { get; private set; }

    /// <summary>Puts the first object of a lease and keeps it alive.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="keys">Sign the lease, in the domain that they write in.</param>
    /// <param name="kind">What the run does.</param>
    /// <param name="clock">Tells the time of day that a lease shows to people, and when the next heartbeat is due.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WrongKeyException">What these keys sign does not count.</exception>
    /// <exception cref="SnapFsException">It cannot be stored.</exception>
    public static Task<LeaseKeeper> StartAsync(
        IStorage storage, KeyRing keys, LeaseKind kind, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Signers.WhyNoWriter(keys.Own.Domain, keys.Own.Signer) is string reason)
        {
            throw keys.Losses.Count > 0 ? keys.Losses[0] : new WrongKeyException($"this key may not write here: {reason}");
        }

        return StartAsync(storage, keys.Own, kind, clock, BootTime.Elapsed, cancellationToken);
    }

    /// <summary>The same with another source of the time since boot, sleep included.</summary>
    internal static async Task<LeaseKeeper> StartAsync(
        IStorage storage,
        IDomainKeys keys,
        LeaseKind kind,
        TimeProvider clock,
        Func<TimeSpan> sinceBoot,
        CancellationToken cancellationToken)
    {
        LeaseKeeper keeper = new(storage, keys, kind, clock, sinceBoot);
        await keeper.PutAsync(hasEnded: false, cancellationToken).ConfigureAwait(false);
        await keeper.LookAsync(cancellationToken).ConfigureAwait(false);
        keeper._beating = Task.Run(keeper.BeatAsync, CancellationToken.None);
        return keeper;
    }

    /// <summary>Tells later heartbeats what the run found in <c>gc/</c> when it began.</summary>
    /// <param name="marks">The hash of the names.</param>
    public void SetMarks(ObjectId marks) => _marks = marks;

    /// <summary>Tells the next heartbeat of a snapshot that the run made.</summary>
    public void AddSnapshot(in ObjectId snapshot)
    {
        lock (_snapshots)
        {
            _snapshots.Add(snapshot);
        }
    }

    /// <summary>Puts a heartbeat now and looks for a twin, as a run must before it commits.</summary>
    /// <exception cref="SnapFsException">It cannot be stored.</exception>
    public async Task HeartbeatAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await PutAsync(hasEnded: false, cancellationToken).ConfigureAwait(false);
            await LookAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Puts the end of the run.</summary>
    /// <exception cref="SnapFsException">It cannot be stored. The lease then ages, which hinders nobody for long.
    /// </exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await StopBeatingAsync().ConfigureAwait(false);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_ended)
            {
                await LookAsync(cancellationToken).ConfigureAwait(false);
            }

            if (!_ended && !HasTwin)
            {
                await PutAsync(hasEnded: true, cancellationToken).ConfigureAwait(false);
                _ended = true;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops the heartbeat; ends the run if that was not done and the storage answers.</summary>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource timeout = new(EndTimeout);
        try
        {
            await EndAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SnapFsException or OperationCanceledException)
        {
            // The run has its own result; a lease without an end ages.
        }

        _stop.Dispose();
        _gate.Dispose();
    }

    private async Task StopBeatingAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
    }

    private async Task BeatAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, _clock, _stop.Token).ConfigureAwait(false);
                try
                {
                    await HeartbeatAsync(_stop.Token).ConfigureAwait(false);
                }
                catch (SnapFsException)
                {
                    // The next one tries again; the one before the commit reports.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private async Task PutAsync(bool hasEnded, CancellationToken cancellationToken)
    {
        TimeSpan begun = _sinceBoot();
        List<ObjectId> snapshots;
        lock (_snapshots)
        {
            snapshots = [.. _snapshots];
        }

        Lease lease = new()
        {
            Domain = _keys.Domain,
            Run = Run,
            Number = _number,
            Signer = _keys.Signer,
            Kind = _kind,
            Time = _clock.GetUtcNow(),
            HasEnded = hasEnded,
            FirstReceived = _firstReceived,
            Snapshots = snapshots,
            Marks = _marks,
        };
        byte[] content = LeaseCodec.Encode(_keys, lease);
        ObjectName name = ObjectName.Lease(_keys.DomainName, Run.ToString(), _number, ObjectId.Of(content).Span);
        _number++; // also after a failure: the object may be there
        _put.Add(name);
        await _storage.PutAsync(name, content, cancellationToken).ConfigureAwait(false);
        lock (_snapshots)
        {
            _snapshots.RemoveRange(0, snapshots.Count);
        }

        // The storage saw this one when the put was over at the latest, and the one before when that began at the earliest.
        WasInterrupted |= _lastBegun is TimeSpan last && _sinceBoot() - last > Term;
        _lastBegun = begun;
    }

    /// <summary>Lists the heartbeats of this run: how the storage received them, and whether all of them are its own.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? newest = null;
        bool sawLast = false;
        await foreach (ObjectInfo info in _storage.ListAsync(
            ObjectKind.Lease, _keys.DomainName, Run.ToString(), cancellationToken).ConfigureAwait(false))
        {
            HasTwin |= !_put.Contains(info.Name) && await IsOfTwinAsync(info.Name, cancellationToken).ConfigureAwait(false);
            if (_put.Contains(info.Name))
            {
                sawLast |= info.Name.LeaseNumber == LastNumber;
                newest = info.ReceivedAt > newest || newest is null ? info.ReceivedAt : newest;
                _firstReceived = info.Name.LeaseNumber == 0 ? info.ReceivedAt : _firstReceived;
            }
        }

        if (!sawLast || _firstReceived is null)
        {
            // Somebody takes a run for dead that is not.
            throw new StorageUnavailableException(
                $"the lease of this run is gone from {_storage.Location}; what was uploaded is kept, run it again",
                null,
                isTransient: false);
        }

        if (_storage.HasOtherClock)
        {
            WasInterrupted |= newest - _lastReceived > Term;
            _lastReceived = newest;
        }
    }

    /// <summary>Whether a heartbeat that this run did not put is one that its key signed under this very name. Anyone can leave
    /// something else there, also a copy of another heartbeat.</summary>
    private async Task<bool> IsOfTwinAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            byte[] content = await _storage.GetAsync(name, LeaseCodec.MaxLength, cancellationToken).ConfigureAwait(false);
            return LeaseCodec.Decode(_keys, content, name.RelativePath) is Lease lease
                && lease.Signer == _keys.Signer
                && name == ObjectName.Lease(lease.Domain.ToString(), lease.Run.ToString(), lease.Number, ObjectId.Of(content).Span);
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            return false;
        }
    }
}
