using System.Diagnostics.CodeAnalysis;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>
/// The requests that wait for something slow: the storage, a decode, the name service. Only so many do at once, each on a thread; others
/// are put off, without a thread, so that some threads are always there for what needs none of these. Safe for concurrent use.
/// </summary>
/// <remarks>The kernel takes the answer to a request only on the descriptor that the request was read from.</remarks>
/// <param name="maxWaiting">Requests that may wait at once.</param>
internal sealed class WaitingRequests(int maxWaiting)
{
    /// <summary>Interrupts of requests that do not wait yet; the request may be over as well, so the oldest are forgotten.</summary>
    private const int MaxEarly = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (int Device, bool IsAnswered)> _waiting = [];
    private readonly LinkedList<(ulong Unique, PutOffRequest Request)> _putOff = [];
    private readonly Queue<ulong> _early = new();

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
    /// <returns>False if it may not wait now.</returns>
    internal bool TryBegin(ulong unique, int device, out bool isInterrupted)
    {
        lock (_lock)
        {
            isInterrupted = _early.Contains(unique);
            if (isInterrupted || _waiting.Count >= maxWaiting)
            {
                return false;
            }

            _waiting.Add(unique, (device, false));
            return true;
        }
    }

    /// <summary>Notes that a request has what it waited for.</summary>
    /// <returns>Whether it was answered meanwhile.</returns>
    internal bool End(ulong unique)
    {
        lock (_lock)
        {
            return _waiting.Remove(unique, out (int Device, bool IsAnswered) ended) && ended.IsAnswered;
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
            if (_waiting.TryGetValue(unique, out (int Device, bool IsAnswered) waiting))
            {
                device = waiting.Device;
                _waiting[unique] = (device, true);
                return !waiting.IsAnswered;
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
}

/// <summary>A request that may not wait now.</summary>
/// <param name="Device">Where it was read.</param>
/// <param name="Bytes">All of it.</param>
internal sealed record PutOffRequest(int Device, byte[] Bytes);
