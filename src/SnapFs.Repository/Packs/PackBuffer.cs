using System.Buffers;
using System.Runtime.InteropServices;

namespace SnapFs.Repository.Packs;

/// <summary>
/// Memory for one pack, outside the managed heap: page-aligned, so that storage can write it to disk without a copy,
/// and touched only as far as the pack grows.
/// </summary>
internal sealed unsafe class PackBuffer : MemoryManager<byte>
{
    private const int Alignment = 4096;
    private const int GrowBy = 1024 * 1024;

    private byte* _pointer;
    private int _capacity;

    /// <param name="capacity">Bytes to reserve at first.</param>
    internal PackBuffer(int capacity)
    {
        _capacity = capacity;
        _pointer = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, Alignment);
    }

    /// <summary>All of it; not valid after <see cref="EnsureCapacity"/>.</summary>
    internal Span<byte> Span => new(_pointer, _capacity);

    /// <summary>Grows to at least <paramref name="length"/> bytes, keeping the content.</summary>
    internal void EnsureCapacity(int length)
    {
        if (length > _capacity)
        {
            int capacity = length + GrowBy;
            _pointer = (byte*)NativeMemory.AlignedRealloc(_pointer, (nuint)capacity, Alignment);
            _capacity = capacity;
        }
    }

    public override Span<byte> GetSpan() => Span;

    public override MemoryHandle Pin(int elementIndex = 0) => new(_pointer + elementIndex);

    public override void Unpin()
    {
        // Native memory does not move.
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        _capacity = 0;
    }
}
