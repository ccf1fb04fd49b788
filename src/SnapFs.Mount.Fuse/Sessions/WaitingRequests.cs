using System.Diagnostics.CodeAnalysis;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>
/// The requests that wait for something slow: the storage, a decode, the name service. Only so many do at once, each on a thread; others
/// are put off, without a thread, so that some threads are always there for what needs none of these. Safe for concurrent use.
/// </summary>
/// <remarks>The kernel takes the answer to a request only on the descriptor that the request was read from.</remarks>
/// <param name="maxWaiting">Requests that may wait at once.</param>
/// <param name="patience">How long a request goes on waiting once nobody waits for it. What it waits for is kept in the cache:
/// a program that gets signals all the time, and asks again after each, would otherwise never get it from a slow storage.</param>
internal sealed class WaitingRequests(int maxWaiting, TimeSpan patience)
{
    /// <summary>Interrupts of requests that do not wait yet; the request may be over as well, so the oldest are forgotten.</summary>
    private const int MaxEarly = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Wait> _waiting = [];
    private readonly LinkedList<(ulong Unique, PutOffRequest Request)> _putOff = [];
    private readonly Queue<ulong> _early = new();
    private bool _isStopped;

    /// <summary>Requests that were put off.</summary>
    internal int PutOffCount
    {
        get
        {
            lock (_lock)
            {
                return _putOff.Count;
            }
        }
    }

    /// <summary>Lets a request wait.</summary>
    /// <param name="unique">The request.</param>
    /// <param name="device">Where it was read.</param>
    /// <param name="isInterrupted">Whether nobody waits for it any more.</param>
    /// <param name="ended">Ends the wait.</param>
    /// <returns>False if it may not wait now.</returns>
    internal bool TryBegin(ulong unique, int device, out bool isInterrupted, out CancellationToken ended)
    {
        ended = default;
        lock (_lock)
        {
            isInterrupted = _early.Contains(unique);
            if (isInterrupted || _waiting.Count >= maxWaiting)
            {
                return false;
            }

            Wait wait = new() { Device = device };
            _waiting.Add(unique, wait);
            ended = _isStopped ? new CancellationToken(canceled: true) : wait.Ended.Token;
            return true;
        }
    }

    /// <summary>Notes that a request has what it waited for.</summary>
    /// <returns>Whether it was answered meanwhile.</returns>
    internal bool End(ulong unique)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(unique, out Wait? wait))
            {
                return false;
            }

            wait.Ended.Dispose();
            return wait.IsAnswered;
        }
    }

    /// <summary>Ends all waits, and those to come at once: the mount is gone.</summary>
    internal void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            foreach (Wait wait in _waiting.Values)
            {
                wait.Ended.CancelAfter(TimeSpan.Zero); // not here: what is cancelled may end the request
            }
        }
    }

    /// <summary>Keeps a request until another one ends.</summary>
    /// <returns>False if it need not be kept: it may wait by now.</returns>
    internal bool PutOff(ulong unique, int device, ReadOnlySpan<byte> request)
    {
        lock (_lock)
        {
            if (_waiting.Count < maxWaiting)
            {
                return false;
            }

            _putOff.AddLast((unique, new PutOffRequest(device, request.ToArray())));
            return true;
        }
    }

    /// <summary>Takes the request that was put off first, if one more may wait.</summary>
    internal bool TryTake([NotNullWhen(true)] out PutOffRequest? request)
    {
        lock (_lock)
        {
            request = null;
            if (_putOff.First is { } first && _waiting.Count < maxWaiting)
            {
                request = first.Value.Request;
                _putOff.RemoveFirst();
            }

            return request is not null;
        }
    }

    /// <summary>Notes that nobody waits for a request any more.</summary>
    /// <param name="unique">The request.</param>
    /// <param name="device">Where to answer it.</param>
    /// <returns>Whether it is to be answered now, by the caller.</returns>
    internal bool Interrupt(ulong unique, out int device)
    {
        device = -1;
        lock (_lock)
        {
            if (_waiting.TryGetValue(unique, out Wait? waiting))
            {
                device = waiting.Device;
                if (waiting.IsAnswered)
                {
                    return false;
                }

                waiting.IsAnswered = true;
                waiting.Ended.CancelAfter(patience);
                return true;
            }

            for (LinkedListNode<(ulong Unique, PutOffRequest Request)>? node = _putOff.First; node is not null; node = node.Next)
            {
                if (node.Value.Unique == unique)
                {
                    device = node.Value.Request.Device;
                    _putOff.Remove(node);
                    return true;
                }
            }

            _early.Enqueue(unique);
            if (_early.Count > MaxEarly)
            {
                _early.Dequeue();
            }

            return false;
        }
    }

    /// <summary>A request that waits.</summary>
    private sealed class Wait
    {
        /// <summary>Where it was read.</summary>
        internal required int Device { get; init; }

        /// <summary>Whether it was answered already.</summary>
        internal bool IsAnswered { get; set; }

        internal CancellationTokenSource Ended { get; } = new();
    }
}

/// <summary>A request that may not wait now.</summary>
/// <param name="Device">Where it was read.</param>
/// <param name="Bytes">All of it.</param>
internal sealed record PutOffRequest(int Device, byte[] Bytes);
