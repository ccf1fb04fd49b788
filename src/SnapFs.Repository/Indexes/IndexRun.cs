using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Some index segments merged into sorted tables, in memory or in a mapped file of the local cache. Immutable and
/// safe for concurrent use. <c>docs/architecture.md</c> gives the layout.
/// </summary>
/// <remarks>A damaged cache file cannot give wrong data: positions are bounded here, and whatever they lead to is
/// decrypted with the pack's key and checked against the chunk's id.</remarks>
internal sealed unsafe class IndexRun
{
    internal const int PackRecordLength = 192;

    private readonly RunMemory _memory;
    private readonly byte* _segments;
    private readonly byte* _packs;
    private readonly FrameRecord* _frames;
    private readonly ChunkRecord* _data;
    private readonly ChunkRecord* _trees;
    private readonly RunHeader _header;

    /// <param name="memory">A whole run whose header was checked.</param>
    /// <param name="packBase">Number of its first pack in the table of the <see cref="ChunkIndex"/>.</param>
    internal IndexRun(RunMemory memory, uint packBase)
    {
        _memory = memory;
        PackBase = packBase;
        _header = *(RunHeader*)memory.Pointer;
        _segments = memory.Pointer + sizeof(RunHeader);
        _packs = _segments + ((long)_header.Segments * ObjectId.Length);
        _frames = (FrameRecord*)(_packs + ((long)_header.Packs * PackRecordLength));
        _data = (ChunkRecord*)(_frames + _header.Frames);
        _trees = _data + _header.DataChunks;
    }

    /// <summary>Number of the first pack.</summary>
    internal uint PackBase { get; }

    /// <summary>Packs in this run.</summary>
    internal uint PackCount => _header.Packs;

    /// <summary>Chunks of both kinds.</summary>
    internal long ChunkCount => (long)_header.DataChunks + _header.TreeChunks;

    /// <summary>Segments merged here.</summary>
    internal int SegmentCount => (int)_header.Segments;

    /// <summary>The tables as they stand in a file.</summary>
    internal RunMemory Memory => _memory;

    /// <summary>Bytes a run with these counts takes.</summary>
    internal static long LengthOf(in RunHeader header) => sizeof(RunHeader)
        + ((long)header.Segments * ObjectId.Length)
        + ((long)header.Packs * PackRecordLength)
        + ((long)header.Frames * sizeof(FrameRecord))
        + (((long)header.DataChunks + header.TreeChunks) * sizeof(ChunkRecord));

    /// <summary>A segment merged here.</summary>
    internal ObjectId Segment(int index) =>
        ObjectId.Read(new ReadOnlySpan<byte>(_segments + ((long)index * ObjectId.Length), ObjectId.Length));

    /// <summary>The record of a pack, to be read with <see cref="PackRecord"/>.</summary>
    internal ReadOnlySpan<byte> Pack(uint local) =>
        new(_packs + ((long)local * PackRecordLength), PackRecordLength);

    /// <summary>Finds a chunk.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="id">Its id, cut.</param>
    /// <param name="accept">Which of this run's packs count; empty accepts all.</param>
    /// <param name="location">Where it lies.</param>
    internal bool TryLocate(ChunkKind kind, in CutId id, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        ChunkRecord* records = kind == ChunkKind.Tree ? _trees : _data;
        long count = kind == ChunkKind.Tree ? _header.TreeChunks : _header.DataChunks;
        long position = Find(records, count, in id);
        for (; position >= 0 && position < count && IsAt(records + position, in id); position++)
        {
            if (TryResolve(records + position, accept, out location))
            {
                return true;
            }
        }

        location = default;
        return false;
    }

    /// <summary>Position of the first record with this id, or -1.</summary>
    /// <remarks>Ids are uniform, so interpolation needs two or three probes where bisection needs twenty; it turns to
    /// bisection after eight, should they not be.</remarks>
    private static long Find(ChunkRecord* records, long count, in CutId id)
    {
        ulong key = KeyOf(in id);
        long low = 0;
        long high = count;
        ulong lowKey = 0;
        ulong highKey = ulong.MaxValue;
        for (int probe = 0; low < high; probe++)
        {
            long middle = probe < 8 && highKey > lowKey
                ? low + (long)((double)(key - lowKey) / (highKey - lowKey) * (high - low - 1))
                : low + ((high - low) / 2);
            middle = Math.Clamp(middle, low, high - 1);
            ulong found = KeyOf(in records[middle].Id);
            if (found < key)
            {
                low = middle + 1;
                lowKey = found;
            }
            else if (found > key)
            {
                high = middle;
                highKey = found;
            }
            else
            {
                return FirstEqual(records, middle, count, in id);
            }
        }

        return -1;
    }

    /// <summary>Walks the few records whose first 8 bytes are equal.</summary>
    private static long FirstEqual(ChunkRecord* records, long position, long count, in CutId id)
    {
        ulong key = KeyOf(in id);
        while (position > 0 && KeyOf(in records[position - 1].Id) == key)
        {
            position--;
        }

        while (position < count && KeyOf(in records[position].Id) == key)
        {
            if (IsAt(records + position, in id))
            {
                return position;
            }

            position++;
        }

        return -1;
    }

    private static bool IsAt(ChunkRecord* record, in CutId id) => record->Id.Span.SequenceEqual(id.Span);

    private static ulong KeyOf(in CutId id) => BinaryPrimitives.ReverseEndianness(
        Unsafe.ReadUnaligned<ulong>(ref MemoryMarshal.GetReference(id.Span)));

    private bool TryResolve(ChunkRecord* record, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        location = default;
        if (record->Frame >= _header.Frames)
        {
            return false;
        }

        FrameRecord frame = _frames[record->Frame];
        if (frame.Pack >= _header.Packs
            || frame.PlainLength > Packs.PackLayout.MaxFramePlain
            || frame.Codec > (uint)FrameCodec.Zstd
            || (ulong)record->Offset + record->Length > frame.PlainLength
            || (!accept.IsEmpty && !accept[(int)frame.Pack]))
        {
            return false;
        }

        FrameLocation at = new(
            PackBase + frame.Pack, frame.Offset, frame.StoredLength, frame.PlainLength, (FrameCodec)frame.Codec);
        location = new ChunkLocation(at, record->Offset, record->Length);
        return true;
    }
}
