using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using SnapFs.Mount.Events;
using SnapFs.Owners;
using SnapFs.Trees;

namespace SnapFs.Mount.Owners;

/// <summary>Archived owners as this system numbers them. Safe for concurrent use.</summary>
public interface IOwnerMap
{
    /// <summary>Who an archived owner is here.</summary>
    /// <param name="id">The archived number.</param>
    /// <param name="name">The raw name it had; empty if it had none.</param>
    /// <param name="isUser">Whether it is a user, or a group.</param>
    MappedOwner Map(uint id, ReadOnlySpan<byte> name, bool isUser);

    /// <summary>What <see cref="IsCertainSince"/> takes after owners were mapped.</summary>
    long Mark { get; }

    /// <summary>Whether all owners that were mapped since are known for certain. Otherwise the name service did not answer in time,
    /// and they are to be mapped again soon.</summary>
    bool IsCertainSince(long mark);
}

/// <summary>Archived owners as this system numbers them (<see cref="MappedOwner"/>), for as long as a mount lasts.</summary>
/// <remarks>
/// Names are looked up on a thread of their own, because a name service may take long or hang: after
/// <see cref="Patience"/> the owner counts as unknown for a while, and what was asked for goes on without. What was found is looked
/// up again every <see cref="Kept"/>, behind what is shown; an answer older than twice that counts no more.
/// </remarks>
internal sealed class OwnerMap : IOwnerMap, IDisposable
{
    /// <summary>How long an answer counts. Users come and go, and a number may be given to somebody else.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    /// <summary>How long who asks waits for the name service.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long an owner counts as unknown when the name service did not answer in time.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly IUserDatabase _database;
    private readonly TimeProvider _clock;
    private readonly Func<CancellationToken>? _beforeWaiting;
    private readonly Action<MountEvent> _report;
    private readonly ConcurrentDictionary<OwnerKey, Entry> _known = new();
    private readonly Queue<(OwnerKey Key, Entry Entry)> _questions = new();
    private bool _hasThread;
    private bool _isStopped;
    private int _unanswered;
    private long _doubts;

    [ThreadStatic]
    private static LastOwners _last;

    /// <param name="database">The users of this system.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="beforeWaiting">Called before the name service is waited for.</param>
    /// <param name="report">Gets what belongs in a log.</param>
    internal OwnerMap(
        IUserDatabase database, TimeProvider clock, Func<CancellationToken>? beforeWaiting, Action<MountEvent> report)
    {
        _database = database;
        _clock = clock;
        _beforeWaiting = beforeWaiting;
        _report = report;
    }

    /// <inheritdoc/>
    public long Mark => Volatile.Read(ref _unanswered) > 0 ? -1 : Interlocked.Read(ref _doubts);

    /// <inheritdoc/>
    public bool IsCertainSince(long mark) => mark >= 0 && mark == Mark;

    /// <summary>The user of a node.</summary>
    /// <param name="page">The page whose table holds the names.</param>
    /// <param name="id">The archived number.</param>
    internal MappedOwner User(TreePage page, uint id)
    {
        ref LastOwner last = ref _last.User;
        if (!last.Is(this, page, id))
        {
            last = new LastOwner(this, page, id, Map(id, page.UserName(id), isUser: true));
        }

        return last.Mapped;
    }

    /// <summary>The group of a node.</summary>
    /// <param name="page">The page whose table holds the names.</param>
    /// <param name="id">The archived number.</param>
    internal MappedOwner Group(TreePage page, uint id)
    {
        ref LastOwner last = ref _last.Group;
        if (!last.Is(this, page, id))
        {
            last = new LastOwner(this, page, id, Map(id, page.GroupName(id), isUser: false));
        }

        return last.Mapped;
    }

    /// <inheritdoc/>
    public MappedOwner Map(uint id, ReadOnlySpan<byte> name, bool isUser)
    {
        OwnerKey key = new(id, Encoding.Latin1.GetString(name), isUser);
        Entry entry = _known.GetOrAdd(key, static _ => new Entry());
        Answer? answer = Volatile.Read(ref entry.Answer);
        if (answer is not null)
        {
            TimeSpan age = _clock.GetElapsedTime(answer.Time);
            if (age < (answer.IsCertain ? Kept : Retry))
            {
                return answer.Owner;
            }

            if (age < Kept * 2)
            {
                lock (entry)
                {
                    Ask(in key, entry);
                }

                return answer.Owner;
            }
        }

        _beforeWaiting?.Invoke();
        return WaitFor(in key, entry, answer);
    }

    /// <summary>Lets the thread end. A look-up that hangs is left behind.</summary>
    public void Dispose()
    {
        lock (_questions)
        {
            _isStopped = true;
            Monitor.Pulse(_questions);
        }
    }

    private MappedOwner WaitFor(in OwnerKey key, Entry entry, Answer? old)
    {
        long start = _clock.GetTimestamp();
        lock (entry)
        {
            Ask(in key, entry);
            while (ReferenceEquals(entry.Answer, old))
            {
                TimeSpan left = Patience - _clock.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(entry, left))
                {
                    Doubt(in key, entry);
                }
            }

            return entry.Answer!.Owner; // it is another than before
        }
    }

    /// <summary>Takes an owner for unknown and its number for somebody's until the name service answers: nobody gains by that. Under the
    /// lock of the entry.</summary>
    private void Doubt(in OwnerKey key, Entry entry)
    {
        if (entry.Answer is not { IsCertain: false })
        {
            Interlocked.Increment(ref _unanswered);
        }

        Interlocked.Increment(ref _doubts);
        MappedOwner unknown = new(key.Id, IsByName: false, IsTaken: true);
        Volatile.Write(ref entry.Answer, new Answer(unknown, _clock.GetTimestamp(), IsCertain: false));
    }

    /// <summary>Has an owner looked up, unless that is under way. Under the lock of the entry.</summary>
    private void Ask(in OwnerKey key, Entry entry)
    {
        if (entry.IsAsked)
        {
            return;
        }

        entry.IsAsked = true;
        lock (_questions)
        {
            _questions.Enqueue((key, entry));
            Monitor.Pulse(_questions);
            if (!_hasThread)
            {
                _hasThread = true;
                MountThread.Start("names", Run, _report);
            }
        }
    }

    private void Run()
    {
        while (TryTake(out OwnerKey key, out Entry? entry))
        {
            MappedOwner? found = Find(in key);
            lock (entry)
            {
                entry.IsAsked = false;
                if (found is { } owner)
                {
                    if (entry.Answer is { IsCertain: false })
                    {
                        Interlocked.Decrement(ref _unanswered);
                        Interlocked.Increment(ref _doubts);
                    }

                    Volatile.Write(ref entry.Answer, new Answer(owner, _clock.GetTimestamp(), IsCertain: true));
                    Monitor.PulseAll(entry);
                }
            }
        }
    }

    private bool TryTake(out OwnerKey key, [NotNullWhen(true)] out Entry? entry)
    {
        lock (_questions)
        {
            while (!_isStopped && _questions.Count == 0)
            {
                Monitor.Wait(_questions);
            }

            (key, entry) = _isStopped ? default : _questions.Dequeue();
            return !_isStopped;
        }
    }

    /// <summary>Asks the name service; null if it fails.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever is wrong with names must not end the thread.")]
    private MappedOwner? Find(in OwnerKey key)
    {
        try
        {
            return MappedOwner.Find(_database, key.Id, Encoding.Latin1.GetBytes(key.Name), key.IsUser);
        }
        catch (Exception e)
        {
            _report(new MountEvent(MountEventKind.Bug, $"owners cannot be looked up: {e.Message}", e));
            return null;
        }
    }

    private readonly record struct OwnerKey(uint Id, string Name, bool IsUser);

    private sealed record Answer(MappedOwner Owner, long Time, bool IsCertain);

    private sealed class Entry
    {
        /// <summary>Null until the first is there.</summary>
        internal Answer? Answer;

        /// <summary>Whether it is being looked up; guarded by the entry.</summary>
        internal bool IsAsked { get; set; }
    }

    /// <summary>What a thread mapped last: most entries of a page have the same owners.</summary>
    private struct LastOwners
    {
        internal LastOwner User;
        internal LastOwner Group;
    }

    private readonly struct LastOwner(OwnerMap map, TreePage page, uint id, MappedOwner mapped)
    {
        /// <summary>Milliseconds for which it is not even asked how old it is.</summary>
        private const long Unasked = 500;

        private readonly OwnerMap _map = map;
        private readonly TreePage _page = page;
        private readonly uint _id = id;
        private readonly long _until = Environment.TickCount64 + Unasked;

        internal MappedOwner Mapped { get; } = mapped;

        internal bool Is(OwnerMap map, TreePage page, uint id) => ReferenceEquals(_page, page) && _id == id
            && ReferenceEquals(_map, map) && Environment.TickCount64 < _until;
    }
}
