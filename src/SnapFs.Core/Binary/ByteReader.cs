using System.Buffers.Binary;

namespace SnapFs.Binary;

/// <summary>Reads hostile bytes front to back; every read is checked against what is left.</summary>
/// <remarks>Numbers are little-endian; varints are LEB128 of at most ten bytes, shortest form only
/// (<c>docs/format.md</c> section 2).</remarks>
public ref struct ByteReader
{
    private readonly ReadOnlySpan<byte> _data;
    private int _position;

    /// <param name="data">The bytes to read; they must outlive the reader and all spans taken from it.</param>
    public ByteReader(ReadOnlySpan<byte> data)
    {
        _data = data;
        _position = 0;
    }

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _data.Length - _position;

    /// <summary>Takes the next <paramref name="count"/> bytes without copying.</summary>
    /// <exception cref="InvalidEncodingException">Fewer are left.</exception>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > Remaining)
        {
            throw PassesEnd(count);
        }

        ReadOnlySpan<byte> result = _data.Slice(_position, count);
        _position += count;
        return result;
    }

    /// <summary>One byte.</summary>
    public byte Byte()
    {
        if (_position >= _data.Length)
        {
            throw PassesEnd(1);
        }

        return _data[_position++];
    }

    /// <summary>A 16-bit number.</summary>
    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    /// <summary>A 32-bit number.</summary>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    /// <summary>A 64-bit number.</summary>
    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    /// <summary>An unsigned varint.</summary>
    public ulong Varint()
    {
        if (_position < _data.Length && _data[_position] < 0x80)
        {
            return _data[_position++];
        }

        return LongVarint();
    }

    /// <summary>An unsigned varint that must not exceed <paramref name="max"/>.</summary>
    public int VarintInt32(int max)
    {
        ulong value = Varint();
        if (value > (ulong)max)
        {
            throw new InvalidEncodingException($"the number {value} at offset {_position} exceeds its limit {max}");
        }

        return (int)value;
    }

    /// <summary>An unsigned varint that fits 32 bits.</summary>
    public uint VarintUInt32()
    {
        ulong value = Varint();
        if (value > uint.MaxValue)
        {
            throw new InvalidEncodingException($"the number {value} at offset {_position} exceeds 32 bits");
        }

        return (uint)value;
    }

    /// <summary>An unsigned varint that fits a signed 64-bit number: sizes and offsets.</summary>
    public long VarintInt64()
    {
        ulong value = Varint();
        if (value > long.MaxValue)
        {
            throw new InvalidEncodingException($"the number {value} at offset {_position} exceeds 63 bits");
        }

        return (long)value;
    }

    /// <summary>A signed number in zigzag form.</summary>
    public long ZigZag()
    {
        ulong value = Varint();
        return unchecked((long)(value >> 1) ^ -(long)(value & 1));
    }

    /// <summary>A varint length and that many bytes.</summary>
    /// <param name="maxLength">The most that is allowed, bytes.</param>
    public ReadOnlySpan<byte> LengthPrefixed(int maxLength) => Bytes(VarintInt32(maxLength));

    /// <summary>Checks that everything was read.</summary>
    /// <exception cref="InvalidEncodingException">Bytes are left over.</exception>
    public readonly void End()
    {
        if (Remaining != 0)
        {
            throw new InvalidEncodingException($"{Remaining} bytes are left over at offset {_position}");
        }
    }

    private ulong LongVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = Byte();
            ulong bits = next & 0x7FUL;
            if ((shift == 63 && bits > 1) || (next == 0 && shift > 0))
            {
                break;
            }

            value |= bits << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidEncodingException($"the varint that ends at offset {_position} is not in shortest form");
    }

    private readonly InvalidEncodingException PassesEnd(int count) =>
        new($"a length of {count} at offset {_position} passes the end, {Remaining} bytes are left");
}
