using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Binary;

namespace SnapFs.Chunks;

/// <summary>Names a chunk: the HMAC-SHA-256 of its plain bytes under the domain's key for its kind.</summary>
[InlineArray(Length)]
public struct ChunkId : IEquatable<ChunkId>
{
    /// <summary>Bytes in an id.</summary>
    public const int Length = 32;

    private byte _first;

    /// <summary>The bytes of this id; they live as long as the variable it is called on.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    public static bool operator ==(ChunkId left, ChunkId right) => left.Equals(right);

    public static bool operator !=(ChunkId left, ChunkId right) => !left.Equals(right);

    /// <summary>Takes the first 32 bytes of <paramref name="bytes"/>.</summary>
    public static ChunkId Read(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<ChunkId>(bytes);

    /// <summary>Reads 64 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out ChunkId id)
    {
        id = default;
        return Sha256Id.TryParse(hex, MemoryMarshal.CreateSpan(ref id._first, Length));
    }

    /// <inheritdoc/>
    public readonly bool Equals(ChunkId other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ChunkId other && Equals(other);

    /// <summary>The id is uniformly distributed, so its first bytes are a good hash.</summary>
    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(Span);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override readonly string ToString() => Sha256Id.ToHex(Span);
}
