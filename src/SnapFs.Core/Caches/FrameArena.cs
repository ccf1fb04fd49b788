using System.Runtime.InteropServices;

namespace SnapFs.Caches;

/// <summary>A piece of the arena, free or holding one frame. Pieces tile the arena in order of address.</summary>
internal sealed class ArenaBlock
{
    internal ArenaBlock? Previous { get; set; }

    internal ArenaBlock? Next { get; set; }

    internal long Offset { get; init; }

    internal long Size { get; set; }

    internal Frame? Owner { get; set; }
}

/// <summary>
/// One region of native memory that holds all cached frames, so that resident memory is bounded by its size whatever
/// the mix of frame sizes: there is no allocator below it that could fragment.
/// </summary>
/// <remarks>
/// Eviction is a clock that moves in order of address: a frame that was used since the hand last passed gets a second
/// chance, the others make room, and because neighbours go together the room is contiguous. Not thread-safe: the cache
/// calls it under its lock.
/// </remarks>
internal sealed unsafe class FrameArena : IDisposable
{
    private const int Alignment = 256;
    private const int HugePage = 2 * 1024 * 1024;
    private readonly Action<Frame> _evicted;
    private readonly long _capacity;
    private readonly ArenaBlock _first;
    private ArenaBlock _hand;
    private byte* _memory;

    /// <param name="capacity">Bytes; pages are touched only as frames need them.</param>
    /// <param name="evicted">Told of each frame whose memory is taken away.</param>
    internal FrameArena(long capacity, Action<Frame> evicted)
    {
        _capacity = capacity / Alignment * Alignment;
        _evicted = evicted;
        _memory = (byte*)NativeMemory.AlignedAlloc(checked((nuint)_capacity), HugePage);
        if (OperatingSystem.IsLinux())
        {
            // Each byte is written by a decode, read by a hash and read by the kernel, each time far from the last: with
            // small pages the processor spends much of that on finding their addresses. A hint; it may be refused.
            _ = Interop.Libc.madvise(_memory, (nuint)(_capacity / HugePage * HugePage), Interop.Libc.MADV_HUGEPAGE);
        }

        _first = new ArenaBlock { Offset = 0, Size = _capacity };
        _hand = _first;
    }

    /// <summary>Bytes in frames.</summary>
    internal long Used { get; private set; }

    /// <summary>Gives <paramref name="frame"/> memory, evicting others; false if leased frames leave no room.</summary>
    internal bool TryAllocate(Frame frame, int length)
    {
        long size = (Math.Max(length, 1) + (Alignment - 1L)) / Alignment * Alignment;
        if (size > _capacity / 2)
        {
            return false;
        }

        ArenaBlock? runStart = null;
        long run = 0;
        ArenaBlock block = _hand;

        // The first sweep clears marks, the second finds what they kept; the third is for the part before the hand.
        for (long swept = 0; swept <= 3 * _capacity; swept += block.Size, block = block.Next ?? _first)
        {
            if (block.Previous is null)
            {
                runStart = null;
                run = 0;
            }

            if (!IsFreeable(block))
            {
                runStart = null;
                run = 0;
                continue;
            }

            runStart ??= block;
            run += block.Size;
            if (run >= size)
            {
                Take(runStart, run, size, frame);
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the memory back from a frame that nobody leases and that the cache has forgotten.</summary>
    internal void Free(Frame frame)
    {
        if (frame.Block is { } block)
        {
            Used -= block.Size;
            block.Owner = null;
            frame.Block = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    private static bool IsFreeable(ArenaBlock block)
    {
        if (block.Owner is not { } owner)
        {
            return true;
        }

        bool wasReferenced = owner.IsReferenced;
        owner.IsReferenced = false;
        return owner.Leases == 0 && !wasReferenced;
    }

    private void Take(ArenaBlock start, long run, long size, Frame frame)
    {
        ArenaBlock end = start;
        for (long left = run; ; end = end.Next!) // the run was walked just now, so it has that many blocks
        {
            if (end.Owner is { } owner)
            {
                Free(owner);
                _evicted(owner);
            }

            left -= end.Size;
            if (left == 0)
            {
                break;
            }
        }

        ArenaBlock? next = end.Next;
        start.Size = size;
        if (run > size)
        {
            ArenaBlock rest = new() { Offset = start.Offset + size, Size = run - size, Previous = start, Next = next };
            Link(rest, next);
            next = rest;
        }

        Link(start, next);
        start.Owner = frame;
        frame.Block = start;
        frame.Pointer = _memory + start.Offset;
        Used += size;
        _hand = next ?? _first;
    }

    private static void Link(ArenaBlock block, ArenaBlock? next)
    {
        block.Next = next;
        if (next is not null)
        {
            next.Previous = block;
        }
    }
}
