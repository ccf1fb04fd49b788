using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Indexes;

/// <summary>The first 16 bytes of a chunk id, ordered as unsigned bytes.</summary>
[InlineArray(Length)]
internal struct CutId
{
    internal const int Length = 16;

    private byte _first;

    /// <summary>The bytes; they live as long as the variable.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    internal readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    /// <summary>The first 8 bytes as a number that has their order; hardly ever equal for two chunks.</summary>
    internal readonly ulong Key => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(in _first));

    /// <summary>The other 8 bytes, likewise.</summary>
    internal readonly ulong Rest => BinaryPrimitives.ReverseEndianness(
        Unsafe.ReadUnaligned<ulong>(in Unsafe.Add(ref Unsafe.AsRef(in _first), sizeof(ulong))));

    internal static CutId Of(in ChunkId id) => MemoryMarshal.Read<CutId>(id.Span);

    /// <summary>Below, equal to or above 0 as the left one comes before, is or comes after the right one.</summary>
    internal static int Compare(in CutId left, in CutId right)
    {
        int order = left.Key.CompareTo(right.Key);
        return order != 0 ? order : left.Rest.CompareTo(right.Rest);
    }
}

/// <summary>An object of the index that a run stands for, 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct CoveredObject
{
    /// <summary>The value of <see cref="Flags"/> for an object that another one of the same run replaces: it need not be listed any
    /// more.</summary>
    internal const uint Replaced = 1;

    public ObjectId Id;
    public long Length;
    public uint Flags;
    public uint Reserved;

    /// <summary>Those of some objects that another one of them replaces.</summary>
    internal static HashSet<ObjectId> ReplacedIn(IEnumerable<CoveredObject> objects) =>
        [.. objects.Where(covered => (covered.Flags & Replaced) != 0).Select(covered => covered.Id)];
}

/// <summary>The sealed key of a run, 1216 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct SealRecord
{
    public KeyBytes Key;
    public uint Epoch;

    [InlineArray(RunKey.SealedLength)]
    internal struct KeyBytes
    {
        private byte _first;
    }
}

/// <summary>A pack, 64 bytes. Its frames follow those of the pack before it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct PackEntry
{
    public ObjectId Id;
    public SaltBytes Salt;
    public uint Length;
    public uint Seal;
    public uint FirstFrame;
    public uint Reserved;

    [InlineArray(FrameCipher.SaltLength)]
    internal struct SaltBytes
    {
        private byte _first;
    }
}

/// <summary>A frame, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct FrameRecord
{
    private const int CodecShift = 28;

    public uint Pack;
    public uint Offset;
    public uint StoredLength;
    public uint PlainLengthAndCodec;

    internal readonly uint PlainLength => PlainLengthAndCodec & ((1u << CodecShift) - 1);

    internal readonly FrameCodec Codec => (FrameCodec)(PlainLengthAndCodec >> CodecShift);

    internal static uint Join(uint plainLength, FrameCodec codec) => plainLength | ((uint)codec << CodecShift);
}

/// <summary>A chunk, 28 bytes, sorted by <see cref="Id"/>; of several places the newest comes first.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ChunkRecord
{
    public CutId Id;
    public uint Frame;
    public uint Offset;
    public uint Length;
}

/// <summary>The head of a run, 128 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct RunHeader
{
    internal const ulong ExpectedMagic = 0x3458444953464E53; // "SNFSIDX4", little-endian

    public ulong Magic;
    public uint Kind;
    public uint SealLength;
    public uint ChunkLength;
    public uint Objects;
    public uint Seals;
    public uint Packs;
    public uint Frames;
    public uint Reserved;
    public ulong Chunks;
    public Zeros Rest;
    public Digest Checksum;

    [InlineArray(48)]
    internal struct Zeros
    {
        private byte _first;
    }

    /// <summary>SHA-256 of whose index it is, of the header without this field, and of fences and checksums.</summary>
    [InlineArray(32)]
    internal struct Digest
    {
        private byte _first;
    }
}
