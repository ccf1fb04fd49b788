using System.Runtime.ExceptionServices;
using SnapFs.Chunks;

namespace SnapFs.Caches;

/// <summary>One decoded frame, or one that is being decoded. Guarded by the lock of its <see cref="FrameCache"/>
/// except where a member says otherwise.</summary>
internal sealed unsafe class Frame
{
    private readonly HashSet<VerifiedChunk> _verified = [];
    private ExceptionDispatchInfo? _failure;
    private bool _loaded;

    internal Frame(in FrameLocation location)
    {
        Location = location;
        Leases = 1;
    }

    internal FrameLocation Location { get; }

    /// <summary>Identifies the frame within its source.</summary>
    internal ulong Key => KeyOf(Location);

    internal byte* Pointer { get; set; }

    /// <summary>The part of the arena that holds it; null if it lies outside because the arena had no room.</summary>
    internal ArenaBlock? Block { get; set; }

    /// <summary>Readers and loaders that rely on the memory; it is neither evicted nor freed above zero.</summary>
    internal int Leases { get; set; }

    /// <summary>Whether it was used since the clock hand last passed.</summary>
    internal bool IsReferenced { get; set; }

    internal ReadOnlySpan<byte> Plain => new(Pointer, (int)Location.PlainLength);

    internal static ulong KeyOf(in FrameLocation location) => ((ulong)location.Pack << 32) | location.Offset;

    /// <summary>Whether it is decoded.</summary>
    internal bool IsLoaded => Volatile.Read(ref _loaded);

    /// <summary>Waits until another thread has decoded the frame; throws what that thread met. Takes its own lock.
    /// </summary>
    internal void WaitUntilLoaded(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(
            static gate =>
            {
                lock (gate!) // the one given below
                {
                    Monitor.PulseAll(gate);
                }
            },
            _verified);
        lock (_verified)
        {
            while (!_loaded && _failure is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_verified);
            }
        }

        _failure?.Throw();
    }

    /// <summary>Lets all waiters go on. Takes its own lock.</summary>
    internal void Complete(Exception? failure)
    {
        lock (_verified)
        {
            _failure = failure is null ? null : ExceptionDispatchInfo.Capture(failure);
            _loaded = failure is null;
            Monitor.PulseAll(_verified);
        }
    }

    /// <summary>Checks a chunk against its id unless that was done since the frame was decoded. Takes its own lock,
    /// but not while it hashes.</summary>
    internal bool Verify(IChunkSource source, ChunkKind kind, in ChunkId id, in ChunkLocation location)
    {
        VerifiedChunk chunk = new(id, location.Offset, location.Length);
        lock (_verified)
        {
            if (_verified.Contains(chunk))
            {
                return true;
            }
        }

        if (!source.Verify(kind, in id, Plain.Slice((int)location.Offset, (int)location.Length)))
        {
            return false;
        }

        lock (_verified)
        {
            _verified.Add(chunk);
        }

        return true;
    }

    private readonly record struct VerifiedChunk(ChunkId Id, uint Offset, uint Length);
}
