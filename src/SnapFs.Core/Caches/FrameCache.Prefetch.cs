using System.Diagnostics.CodeAnalysis;
using SnapFs.Chunks;

namespace SnapFs.Caches;

/// <content>Decoding ahead of the readers.</content>
public sealed partial class FrameCache
{
    /// <summary>Frames that wait to be decoded ahead; the oldest are dropped, since their reader has passed.</summary>
    private const int MaxQueued = 64;

    private readonly LinkedList<PrefetchOrder> _queue = [];
    private readonly HashSet<ulong> _queued = [];
    private readonly object _queueLock = new();
    private readonly List<Thread> _threads = [];

    private readonly CancellationTokenSource _stopped = new();
    private readonly Func<CancellationToken> _untilStopped;

    /// <summary>Asks for a chunk's frame to be decoded in the background. Returns at once; never throws for a damaged
    /// or missing chunk, since whoever reads it learns that.</summary>
    public void Prefetch(ChunkKind kind, in ChunkId id)
    {
        if (_threads.Count == 0 || !_source.TryLocate(kind, in id, out ChunkLocation location)
            || location.Frame.PlainLength > MaxFrame)
        {
            return;
        }

        ulong key = Frame.KeyOf(location.Frame);
        lock (_lock)
        {
            if (_frames.ContainsKey(key))
            {
                return;
            }
        }

        lock (_queueLock)
        {
            if (_stopped.IsCancellationRequested || !_queued.Add(key))
            {
                return;
            }

            if (_queue.Count >= MaxQueued)
            {
                _queued.Remove(_queue.First!.Value.Key); // MaxQueued is above zero
                _queue.RemoveFirst();
            }

            _queue.AddLast(new PrefetchOrder(key, kind, id, location));
            Monitor.Pulse(_queueLock);
        }
    }

    private void StartPrefetching(int threads)
    {
        for (int i = 0; i < threads; i++)
        {
            Thread thread = new(PrefetchLoop) { IsBackground = true, Name = $"prefetch {i}" };
            _threads.Add(thread);
        }

        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    private void StopPrefetching()
    {
        _stopped.Cancel();
        lock (_queueLock)
        {
            Monitor.PulseAll(_queueLock);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The root of a thread; whoever reads the frame meets the same.")]
    private void PrefetchLoop()
    {
        while (TryTake(out PrefetchOrder order))
        {
            try
            {
                DecodeAhead(in order);
            }
            catch (Exception)
            {
                // A failed decode is not kept, so the reader that comes for the chunk meets and reports it.
            }
        }
    }

    private bool TryTake(out PrefetchOrder order)
    {
        lock (_queueLock)
        {
            while (!_stopped.IsCancellationRequested && _queue.Count == 0)
            {
                Monitor.Wait(_queueLock);
            }

            if (_stopped.IsCancellationRequested)
            {
                order = default;
                return false;
            }

            order = _queue.First!.Value; // not empty, see above
            _queue.RemoveFirst();
            _queued.Remove(order.Key);
            return true;
        }
    }

    private void DecodeAhead(in PrefetchOrder order)
    {
        lock (_lock)
        {
            if (_frames.ContainsKey(order.Key))
            {
                return; // a reader came first
            }
        }

        Frame frame = Load(order.Location, _untilStopped);
        try
        {
            // A large chunk fills its frame; hashing it here keeps that off the reader's thread. Of a frame of many
            // small chunks each reader checks its own.
            if (order.Location.Length == order.Location.Frame.PlainLength)
            {
                frame.Verify(_source, order.Kind, order.Id, order.Location);
            }
        }
        finally
        {
            Release(frame);
        }
    }

    private readonly record struct PrefetchOrder(ulong Key, ChunkKind Kind, ChunkId Id, ChunkLocation Location);
}
