using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Binary;

namespace SnapFs.Objects;

/// <summary>Names a stored object: the SHA-256 of its stored bytes. Snapshots, packs, index segments and keys have one.</summary>
[InlineArray(Length)]
public struct ObjectId : IEquatable<ObjectId>
{
    /// <summary>Bytes in an id.</summary>
    public const int Length = 32;

    private byte _first;

    /// <summary>The bytes of this id; they live as long as the variable it is called on.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    public static bool operator ==(ObjectId left, ObjectId right) => left.Equals(right);

    public static bool operator !=(ObjectId left, ObjectId right) => !left.Equals(right);

    /// <summary>Takes the first 32 bytes of <paramref name="bytes"/>.</summary>
    public static ObjectId Read(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<ObjectId>(bytes);

    /// <summary>The id of an object: the SHA-256 of all its stored bytes.</summary>
    public static ObjectId Of(ReadOnlySpan<byte> content)
    {
        ObjectId id = default;
        Sha256Id.Hash(content, MemoryMarshal.CreateSpan(ref id._first, Length));
        return id;
    }

    /// <summary>Reads 64 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out ObjectId id)
    {
        id = default;
        return Sha256Id.TryParse(hex, MemoryMarshal.CreateSpan(ref id._first, Length));
    }

    /// <inheritdoc/>
    public readonly bool Equals(ObjectId other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ObjectId other && Equals(other);

    /// <summary>The id is uniformly distributed, so its first bytes are a good hash.</summary>
    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(Span);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override readonly string ToString() => Sha256Id.ToHex(Span);
}
