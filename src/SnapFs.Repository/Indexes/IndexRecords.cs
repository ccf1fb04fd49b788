using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>The first 16 bytes of a chunk id, compared as one big-endian number so that order is that of the bytes.
/// </summary>
[InlineArray(Length)]
internal struct CutId
{
    internal const int Length = 16;

    private byte _first;

    /// <summary>The bytes; they live as long as the variable.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    internal readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    internal static CutId Of(in ChunkId id) => MemoryMarshal.Read<CutId>(id.Span);
}

/// <summary>A chunk in an index run, 28 bytes: sorted by <see cref="Id"/>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ChunkRecord
{
    public CutId Id;
    public uint Frame;
    public uint Offset;
    public uint Length;
}

/// <summary>A frame in an index run, 20 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct FrameRecord
{
    public uint Pack;
    public uint Offset;
    public uint StoredLength;
    public uint PlainLength;
    public uint Codec;
}

/// <summary>A segment merged into an index run, 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct SegmentRecord
{
    public ObjectId Id;
    public long Length;
}

/// <summary>The head of an index run, 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct RunHeader
{
    public const ulong ExpectedMagic = 0x3358444953464E53; // "SNFSIDX3", little-endian

    public ulong Magic;
    public uint Segments;
    public uint Packs;
    public uint Frames;
    public uint DataChunks;
    public uint TreeChunks;
    public uint Reserved;
    public Digest Checksum;

    /// <summary>SHA-256 of the repository id, the counts and the checksums of all blocks; set in a file only.</summary>
    [InlineArray(32)]
    internal struct Digest
    {
        private byte _first;
    }
}
