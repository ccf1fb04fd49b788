using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using SnapFs.Chunks;

namespace SnapFs.Caches;

/// <summary>
/// Decoded frames in native memory. Readers take leases on chunks inside them; misses on one frame by several threads
/// become one decode; background threads decode ahead of the readers. Safe for concurrent use.
/// </summary>
/// <remarks>Knows nothing of mounts: restore and check read through it as well.</remarks>
public sealed unsafe partial class FrameCache : IDisposable
{
    /// <summary>
    /// Bytes of decoded frames a process keeps unless told otherwise. With the tree pages
    /// (<see cref="TreePageCache.DefaultCapacity"/>) and the runtime it leaves a mount below 350 MB resident.
    /// </summary>
    public const long DefaultCapacity = 128L * 1024 * 1024;

    /// <summary>The largest frame that is read, bytes: a chunk of the largest size a repository can be given.</summary>
    public const int MaxFrame = ChunkLimits.LargestMax;

    private readonly IChunkSource _source;
    private readonly Func<CancellationToken>? _beforeWaiting;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Frame> _frames = [];
    private readonly FrameArena _arena;
    private long _decodedFrames;
    private long _overflow;

    /// <param name="source">Where frames come from; not disposed.</param>
    /// <param name="capacityBytes">Bytes of decoded frames to keep. Frames that are leased while the rest is leased
    /// too come on top, for as long as the leases last.</param>
    /// <param name="prefetchThreads">Threads that decode ahead; 0 turns <see cref="Prefetch"/> off.</param>
    /// <param name="beforeWaiting">Called on a thread that is about to decode a frame or to wait for one, and gives what ends
    /// that wait; what it throws ends the call, and nothing has changed by it. What is in the cache is given without it.</param>
    public FrameCache(
        IChunkSource source, long capacityBytes, int prefetchThreads, Func<CancellationToken>? beforeWaiting = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityBytes, 64 * 1024);
        ArgumentOutOfRangeException.ThrowIfNegative(prefetchThreads);
        _source = source;
        _beforeWaiting = beforeWaiting;
        _untilStopped = () => _stopped.Token;
        _arena = new FrameArena(capacityBytes, frame => _frames.Remove(frame.Key));
        StartPrefetching(prefetchThreads);
    }

    /// <summary>Frames decoded since the start: what a test or a benchmark counts.</summary>
    public long DecodedFrames => Interlocked.Read(ref _decodedFrames);

    /// <summary>Bytes of native memory that frames take now.</summary>
    public long ResidentBytes
    {
        get
        {
            lock (_lock)
            {
                return _arena.Used + _overflow;
            }
        }
    }

    /// <summary>Gives the plain bytes of a chunk, decoding its frame if need be. A place that fails is passed over for
    /// the next one.</summary>
    /// <returns>A lease that the caller disposes once.</returns>
    /// <exception cref="DamagedException">The chunk is missing or is not what its id names; names the pack.</exception>
    /// <exception cref="SnapFsException">The storage cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public ChunkLease Acquire(ChunkKind kind, in ChunkId id)
    {
        if (!_source.TryLocate(kind, in id, out ChunkLocation location)
            && !_source.TryLocateElsewhere(kind, in id, [], BeginWait(), out location))
        {
            throw _source.Missing(kind, in id);
        }

        try
        {
            return Acquire(kind, in id, in location);
        }
        catch (SnapFsException e) when (MayBeElsewhere(e))
        {
            return AcquireElsewhere(kind, in id, in location, e);
        }
    }

    /// <summary>Whether a failure is that of one place, so that the bytes may be had at another.</summary>
    public static bool MayBeElsewhere(SnapFsException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Kind is ErrorKind.Damaged or ErrorKind.StorageUnavailable;
    }

    /// <summary>An error that names the pack which holds a chunk, for content that is wrong although its id is right.
    /// </summary>
    public DamagedException Damaged(ChunkKind kind, in ChunkId id, string finding, Exception? innerException = null) =>
        new(
            _source.TryLocate(kind, in id, out ChunkLocation location) ? _source.NameOf(location.Frame) : $"chunk {id}",
            finding,
            innerException);

    /// <summary>Stops the background threads, which give up what they wait for, and frees the memory. No lease may be left.
    /// </summary>
    public void Dispose()
    {
        StopPrefetching();
        _stopped.Dispose();
        lock (_lock)
        {
            _frames.Clear();
            _arena.Dispose();
        }
    }

    internal void Release(Frame frame)
    {
        lock (_lock)
        {
            frame.Leases--;
            if (frame.Leases > 0)
            {
                return;
            }

            if (frame.Block is null)
            {
                // Outside the arena: it lives only while somebody reads it.
                Forget(frame);
                NativeMemory.AlignedFree(frame.Pointer);
                _overflow -= frame.Location.PlainLength;
            }
            else if (!IsCurrent(frame))
            {
                _arena.Free(frame); // its decode failed
            }
        }
    }

    private ChunkLease Acquire(ChunkKind kind, in ChunkId id, in ChunkLocation location)
    {
        CheckBounds(in location);
        Frame frame = Load(in location, _beforeWaiting);
        if (!frame.Verify(_source, kind, in id, in location))
        {
            Release(frame);
            throw new DamagedException(_source.NameOf(location.Frame), $"its chunk {id} does not have that id");
        }

        return new ChunkLease(this, frame, frame.Pointer + location.Offset, (int)location.Length);
    }

    private ChunkLease AcquireElsewhere(
        ChunkKind kind, in ChunkId id, in ChunkLocation failed, SnapFsException failure)
    {
        List<ChunkLocation> tried = [failed];
        while (_source.TryLocateElsewhere(kind, in id, tried, BeginWait(), out ChunkLocation location))
        {
            try
            {
                return Acquire(kind, in id, in location);
            }
            catch (SnapFsException e) when (MayBeElsewhere(e))
            {
                tried.Add(location);
            }
        }

        ExceptionDispatchInfo.Throw(failure);
        throw failure; // for the compiler
    }

    private CancellationToken BeginWait() => _beforeWaiting?.Invoke() ?? CancellationToken.None;

    private bool IsCurrent(Frame frame) =>
        _frames.TryGetValue(frame.Key, out Frame? current) && ReferenceEquals(current, frame);

    private void Forget(Frame frame)
    {
        if (IsCurrent(frame))
        {
            _frames.Remove(frame.Key);
        }
    }

    /// <summary>Returns a decoded frame with one more lease.</summary>
    private Frame Load(in ChunkLocation location, Func<CancellationToken>? beforeWaiting)
    {
        Frame? frame = Find(location.Frame);
        if (frame is not { IsLoaded: true })
        {
            frame = LoadSlowly(frame, location.Frame, beforeWaiting);
        }

        if (frame.Location.PlainLength != location.Frame.PlainLength)
        {
            Release(frame);
            throw new DamagedException(_source.NameOf(location.Frame), "index entries disagree about a frame");
        }

        return frame;
    }

    /// <summary>Decodes a frame, or waits for the thread that does.</summary>
    /// <param name="frame">One that is being decoded, with a lease; null if there was none.</param>
    /// <param name="location">Which frame.</param>
    /// <param name="beforeWaiting">Gives what ends the wait.</param>
    private Frame LoadSlowly(Frame? frame, in FrameLocation location, Func<CancellationToken>? beforeWaiting)
    {
        CancellationToken cancellationToken;
        try
        {
            // It may refuse, and then nobody may wait for this frame.
            cancellationToken = beforeWaiting?.Invoke() ?? CancellationToken.None;
        }
        catch when (frame is not null)
        {
            Release(frame);
            throw;
        }

        while (true)
        {
            bool isNew = false;
            frame ??= FindOrAdd(in location, out isNew);
            if (isNew)
            {
                Decode(frame, cancellationToken);
                return frame;
            }

            try
            {
                frame.WaitUntilLoaded(cancellationToken);
                return frame;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Only the thread that decoded it has given up. Nobody finds that frame any more.
                Release(frame);
                frame = null;
            }
            catch
            {
                Release(frame);
                throw;
            }
        }
    }

    private Frame? Find(in FrameLocation location)
    {
        lock (_lock)
        {
            if (_frames.TryGetValue(Frame.KeyOf(in location), out Frame? frame))
            {
                frame.Leases++;
                frame.IsReferenced = true;
            }

            return frame;
        }
    }

    private Frame FindOrAdd(in FrameLocation location, out bool isNew)
    {
        lock (_lock)
        {
            ref Frame? slot = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _frames, Frame.KeyOf(in location), out bool exists);
            isNew = !exists;
            if (exists)
            {
                slot!.Leases++; // a present slot is never null
                slot.IsReferenced = true;
                return slot;
            }

            Frame frame = new(in location);
            slot = frame; // before the arena evicts, which changes the table
            Allocate(frame);
            return frame;
        }
    }

    private void Allocate(Frame frame)
    {
        int length = (int)frame.Location.PlainLength;
        if (!_arena.TryAllocate(frame, length))
        {
            frame.Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1), 4096);
            _overflow += length;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Handed to every waiter and rethrown here.")]
    private void Decode(Frame frame, CancellationToken cancellationToken)
    {
        try
        {
            Interlocked.Increment(ref _decodedFrames);
            Span<byte> plain = new(frame.Pointer, (int)frame.Location.PlainLength);
            _source.ReadFrame(frame.Location, plain, cancellationToken);
            frame.Complete(null);
        }
        catch (Exception e)
        {
            // Not remembered: the next reader tries again, because a storage may have come back.
            lock (_lock)
            {
                Forget(frame);
            }

            frame.Complete(e);
            Release(frame);
            throw;
        }
    }

    private void CheckBounds(in ChunkLocation location)
    {
        if (location.Frame.PlainLength > MaxFrame
            || (ulong)location.Offset + location.Length > location.Frame.PlainLength)
        {
            throw new DamagedException(_source.NameOf(location.Frame), "an index entry passes the end of its frame");
        }
    }
}
