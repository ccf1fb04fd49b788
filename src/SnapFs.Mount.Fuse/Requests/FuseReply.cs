using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Caches;
using SnapFs.Mount.Fuse.Abi;

namespace SnapFs.Mount.Fuse.Requests;

/// <summary>
/// The reply or notification a thread is making: a header, bytes in a buffer of its own, and pieces of cached frames that are written
/// from where they lie. Used again for each request; belongs to one thread.
/// </summary>
internal sealed unsafe class FuseReply : IContentSink, IDisposable
{
    /// <summary>The largest reply body: one read.</summary>
    internal const int MaxBody = 1024 * 1024;

    private const int HeaderLength = 16;

    /// <summary>Beyond so many pieces (Linux allows 1,024) the rest is copied.</summary>
    private const int MaxPieces = 512;

    private static readonly byte* Zeroes = (byte*)NativeMemory.AllocZeroed(MaxBody);

    private readonly byte* _buffer = (byte*)NativeMemory.AlignedAlloc(HeaderLength + MaxBody, 4096);
    /// <summary>The header, the pieces, and the one piece that all copied bytes share.</summary>
    private readonly Interop.Libc.IoVector* _pieces =
        (Interop.Libc.IoVector*)NativeMemory.Alloc((MaxPieces + 2) * (nuint)sizeof(Interop.Libc.IoVector));

    private readonly List<ChunkLease> _leases = [];
    private int _count;
    private int _buffered;
    private int _length;

    /// <summary>Bytes of the body so far.</summary>
    internal int Length => _length;

    /// <summary>The unused part of the buffer.</summary>
    internal Span<byte> Free => new(_buffer + HeaderLength + _buffered, MaxBody - _buffered);

    /// <summary>What was put into the buffer.</summary>
    internal ReadOnlySpan<byte> Buffered => new(_buffer + HeaderLength, _buffered);

    /// <summary>Forgets what was made and gives leases back.</summary>
    internal void Clear()
    {
        foreach (ChunkLease lease in _leases)
        {
            lease.Dispose();
        }

        _leases.Clear();
        _count = 0;
        _buffered = 0;
        _length = 0;
    }

    /// <summary>Appends a structure.</summary>
    internal void Write<T>(in T value)
        where T : unmanaged => Bytes(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Appends what was put at the beginning of <see cref="Free"/>.</summary>
    internal void Advance(int count)
    {
        AddPiece(_buffer + HeaderLength + _buffered, count);
        _buffered += count;
    }

    /// <inheritdoc/>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free);
        Advance(bytes.Length);
    }

    /// <inheritdoc/>
    public void Zeros(int length)
    {
        if (_count >= MaxPieces)
        {
            Free[..length].Clear();
            Advance(length);
            return;
        }

        AddPiece(Zeroes, length);
    }

    /// <inheritdoc/>
    public void Chunk(ChunkLease lease, int offset, int length)
    {
        if (_count >= MaxPieces)
        {
            using (lease)
            {
                Bytes(lease.Span.Slice(offset, length));
            }

            return;
        }

        _leases.Add(lease);
        AddPiece((byte*)lease.Address + offset, length);
    }

    /// <summary>The reply as the kernel would see it, for tests.</summary>
    internal byte[] ToArray(Errno error, ulong unique)
    {
        int pieces = FinishReply(error, unique);
        List<byte> all = [];
        for (int i = 0; i < pieces; i++)
        {
            all.AddRange(new ReadOnlySpan<byte>(_pieces[i].Start, (int)_pieces[i].Length));
        }

        return [.. all];
    }

    /// <summary>Writes the reply to the device.</summary>
    /// <returns>0 or the error number of the write.</returns>
    internal Errno Send(int device, Errno error, ulong unique)
    {
        int pieces = FinishReply(error, unique);
        return Send(device, pieces);
    }

    /// <summary>Writes what was made to the device as a notification.</summary>
    /// <returns>0 or the error number of the write.</returns>
    internal Errno Notify(int device, FuseNotifyCode code) => Send(device, Finish((int)code, 0));

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        NativeMemory.AlignedFree(_buffer);
        NativeMemory.Free(_pieces);
    }

    private Errno Send(int device, int pieces)
    {
        nint written = Interop.Libc.writev(device, _pieces, pieces);
        return written >= 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
    }

    private int FinishReply(Errno error, ulong unique)
    {
        if (error != Errno.None)
        {
            Clear();
        }

        return Finish(-(int)error, unique);
    }

    private int Finish(int error, ulong unique)
    {
        FuseOutHeader header = new()
        {
            Length = (uint)(HeaderLength + _length),
            Error = error,
            Unique = unique,
        };
        Unsafe.WriteUnaligned(_buffer, header);
        _pieces[0] = new Interop.Libc.IoVector { Start = _buffer, Length = HeaderLength };
        return _count + 1;
    }

    /// <summary>Adds a piece; one that follows the last in memory only lengthens it.</summary>
    private void AddPiece(byte* start, int length)
    {
        _length += length;
        ref Interop.Libc.IoVector last = ref _pieces[_count];
        if (_count > 0 && last.Start + last.Length == start)
        {
            last.Length += (nuint)length;
            return;
        }

        _count++;
        _pieces[_count] = new Interop.Libc.IoVector { Start = start, Length = (nuint)length };
    }
}
