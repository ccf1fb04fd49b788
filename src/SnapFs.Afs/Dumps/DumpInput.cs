using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SnapFs.Afs.Dumps;

/// <summary>The bytes of a dump, front to back, through one buffer; passes them on to the skeleton as they are taken.</summary>
internal sealed class DumpInput(Stream stream, IDumpSkeleton? skeleton)
{
    private const int BufferLength = 256 * 1024;

    /// <summary>Reads into a span at least this long go around the buffer.</summary>
    private const int DirectLength = 16 * 1024;

    private readonly byte[] _buffer = new byte[BufferLength];
    private long _bufferOffset;
    private int _start;
    private int _end;
    private int _passedOn;
    private bool _leavingOut;
    private (uint Vnode, uint Uniq) _lastVnode;
    private long _wholeVnodes;
    private long _wholeFiles;

    /// <summary>Bytes taken so far.</summary>
    public long Offset => _bufferOffset + _start;

    /// <summary>Bytes up to the end of the last whole record.</summary>
    public long WholeLength { get; private set; }

    /// <summary>All of them.</summary>
    public WholeRecords Whole =>
        new(WholeLength, _wholeVnodes == 0 ? null : $"{_lastVnode.Vnode}.{_lastVnode.Uniq}", _wholeVnodes, _wholeFiles);

    /// <summary>Remembers that the dump is good so far.</summary>
    public void MarkWhole(uint vnode, uint uniq, bool isFile)
    {
        WholeLength = Offset;
        _lastVnode = (vnode, uniq);
        _wholeVnodes++;
        _wholeFiles += isFile ? 1 : 0;
    }

    /// <summary>Up to <paramref name="count"/> bytes that are next, without taking them; fewer at the end.</summary>
    public ReadOnlySpan<byte> Preview(int count)
    {
        while (_end - _start < count && Fill())
        {
        }

        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <summary>The next byte, without taking it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Peek(string expected)
    {
        Require(1, expected);
        return _buffer[_start];
    }

    /// <summary>One byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Byte(string expected)
    {
        Require(1, expected);
        return _buffer[_start++];
    }

    /// <summary>A 16-bit number.</summary>
    public ushort UInt16(string expected) => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort), expected));

    /// <summary>A 32-bit number.</summary>
    public uint UInt32(string expected) => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint), expected));

    /// <summary>A few bytes, at most as many as the buffer holds; valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Take(int count, string expected)
    {
        Require(count, expected);
        ReadOnlySpan<byte> result = _buffer.AsSpan(_start, count);
        _start += count;
        return result;
    }

    /// <summary>Leaves bytes unread, however many; the skeleton gets them.</summary>
    public void Skip(long count, string expected)
    {
        while (count > 0)
        {
            Require(1, expected);
            int here = (int)Math.Min(count, _end - _start);
            _start += here;
            count -= here;
        }
    }

    /// <summary>The bytes from here on are a content that the skeleton leaves out.</summary>
    public void BeginLeavingOut(long contentLength)
    {
        if (skeleton is not null)
        {
            PassOn();
            skeleton.LeaveOut(contentLength);
            _leavingOut = true;
        }
    }

    /// <summary>The content is over.</summary>
    public void EndLeavingOut()
    {
        if (_leavingOut)
        {
            _leavingOut = false;
            _passedOn = _start;
        }
    }

    /// <summary>Bytes of a content, at least one.</summary>
    /// <param name="destination">Where they go; not empty.</param>
    /// <param name="mayGoAround">Whether no skeleton wants them.</param>
    /// <param name="expected">For the message.</param>
    public int ReadContent(Span<byte> destination, bool mayGoAround, string expected)
    {
        if (_start == _end && destination.Length >= DirectLength && mayGoAround)
        {
            PassOn();
            int direct = stream.Read(destination);
            if (direct == 0)
            {
                throw Truncated(expected);
            }

            _bufferOffset += _end + direct;
            _start = _end = _passedOn = 0;
            return direct;
        }

        Require(1, expected);
        int count = Math.Min(destination.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        return count;
    }

    /// <summary>Whether the stream is over here.</summary>
    public bool IsAtEnd() => _start == _end && !Fill();

    /// <summary>Hands the skeleton everything that was taken.</summary>
    public void PassOn()
    {
        if (skeleton is not null && !_leavingOut && _passedOn < _start)
        {
            skeleton.Write(_buffer.AsSpan(_passedOn, _start - _passedOn));
        }

        _passedOn = _start;
    }

    /// <summary>Takes what is left of a stream that ended early.</summary>
    public void TakeRest()
    {
        _start = _end;
        PassOn();
    }

    /// <summary>Gives back what was taken from an offset on, so that the skeleton does not get it.</summary>
    /// <param name="offset">A byte that was not passed on yet: whoever calls bytes damaged has the buffer hold all of them.</param>
    public void GiveBackFrom(long offset)
    {
        int start = (int)(offset - _bufferOffset);
        ArgumentOutOfRangeException.ThrowIfLessThan(start, _passedOn, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, _start, nameof(offset));
        _start = start;
        PassOn();
    }

    /// <summary>The error of bytes that cannot be.</summary>
    public DumpException Damaged(long offset, string expected, string found) =>
        DumpException.Damaged(offset, expected, found, Whole);

    /// <summary>The error of bytes after the end mark.</summary>
    public DumpException Trailing(long offset) => DumpException.Trailing(offset, Whole);

    private DumpException Truncated(string expected) =>
        DumpException.Truncated(_bufferOffset + _end, expected, Whole);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Require(int count, string expected)
    {
        if (_end - _start < count)
        {
            RequireMore(count, expected);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RequireMore(int count, string expected)
    {
        while (_end - _start < count)
        {
            if (!Fill())
            {
                throw Truncated(expected);
            }
        }
    }

    private bool Fill()
    {
        PassOn();
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _bufferOffset += _start;
        _end -= _start;
        _start = _passedOn = 0;
        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
