using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Chunks;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Some index segments merged into sorted tables, in memory or in a file of the local cache. Immutable and safe for
/// concurrent use. <c>docs/architecture.md</c> gives the layout.
/// </summary>
/// <remarks>A wrong run cannot give wrong data: positions are bounded here, and whatever they lead to is decrypted with
/// the pack's key and checked against the chunk's id.</remarks>
internal sealed unsafe class IndexRun
{
    internal const int PackRecordLength = 192;

    private readonly RunMemory _memory;
    private readonly SegmentRecord* _segments;
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
        _segments = (SegmentRecord*)(memory.Pointer + sizeof(RunHeader));
        _packs = (byte*)(_segments + _header.Segments);
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

    /// <summary>The tables as they stand in a file.</summary>
    internal RunMemory Memory => _memory;

    /// <summary>Bytes a run with these counts takes.</summary>
    internal static long LengthOf(in RunHeader header) => sizeof(RunHeader)
        + ((long)header.Segments * sizeof(SegmentRecord))
        + ((long)header.Packs * PackRecordLength)
        + ((long)header.Frames * sizeof(FrameRecord))
        + (((long)header.DataChunks + header.TreeChunks) * sizeof(ChunkRecord));

    /// <summary>The segments merged here.</summary>
    internal SegmentRecord[] Segments()
    {
        SegmentRecord[] segments = new SegmentRecord[_header.Segments];
        for (int i = 0; i < segments.Length; i++)
        {
            _memory.Need(_segments + i, sizeof(SegmentRecord));
            segments[i] = _segments[i];
        }

        return segments;
    }

    /// <summary>Loads the table of segments.</summary>
    /// <returns>False if the file fails.</returns>
    internal bool TryLoadSegments() => _memory.TryLoad(_segments, (long)_header.Segments * sizeof(SegmentRecord));

    /// <summary>The record of a pack, to be read with <see cref="PackRecord"/>.</summary>
    internal ReadOnlySpan<byte> Pack(uint local)
    {
        byte* pack = _packs + ((long)local * PackRecordLength);
        _memory.Need(pack, PackRecordLength);
        return new ReadOnlySpan<byte>(pack, PackRecordLength);
    }

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

    /// <summary>Finds every place of a chunk, newest first.</summary>
    internal void LocateAll(ChunkKind kind, in CutId id, List<ChunkLocation> found)
    {
        ChunkRecord* records = kind == ChunkKind.Tree ? _trees : _data;
        long count = kind == ChunkKind.Tree ? _header.TreeChunks : _header.DataChunks;
        long position = Find(records, count, in id);
        for (; position >= 0 && position < count && IsAt(records + position, in id); position++)
        {
            if (TryResolve(records + position, default, out ChunkLocation location))
            {
                found.Add(location);
            }
        }
    }

    /// <summary>The chunks of some packs.</summary>
    /// <param name="isWanted">Which of this run's packs.</param>
    /// <param name="found">Receives kind, cut id and pack of each, in no order.</param>
    internal void AddChunksOf(ReadOnlySpan<bool> isWanted, List<(ChunkKind Kind, CutId Id, uint Pack)> found)
    {
        AddChunksOf(ChunkKind.Data, _data, _header.DataChunks, isWanted, found);
        AddChunksOf(ChunkKind.Tree, _trees, _header.TreeChunks, isWanted, found);
    }

    private void AddChunksOf(
        ChunkKind kind,
        ChunkRecord* records,
        long count,
        ReadOnlySpan<bool> isWanted,
        List<(ChunkKind Kind, CutId Id, uint Pack)> found)
    {
        for (ChunkRecord* record = records; record < records + count; record++)
        {
            _memory.Need(record, sizeof(ChunkRecord));
            if (TryResolve(record, isWanted, out ChunkLocation location))
            {
                found.Add((kind, record->Id, location.Frame.Pack));
            }
        }
    }

    /// <summary>Position of the first record with this id, or -1.</summary>
    /// <remarks>Ids are uniform, so interpolation needs two or three probes where bisection needs twenty; it turns to
    /// bisection after eight, should they not be.</remarks>
    private long Find(ChunkRecord* records, long count, in CutId id)
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
            ulong found = KeyAt(records + middle);
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
    private long FirstEqual(ChunkRecord* records, long position, long count, in CutId id)
    {
        ulong key = KeyOf(in id);
        while (position > 0 && KeyAt(records + position - 1) == key)
        {
            position--;
        }

        while (position < count && KeyAt(records + position) == key)
        {
            if (IsAt(records + position, in id))
            {
                return position;
            }

            position++;
        }

        return -1;
    }

    private bool IsAt(ChunkRecord* record, in CutId id)
    {
        _memory.Need(record, sizeof(ChunkRecord));
        return record->Id.Span.SequenceEqual(id.Span);
    }

    private ulong KeyAt(ChunkRecord* record)
    {
        _memory.Need(record, sizeof(ChunkRecord));
        return KeyOf(in record->Id);
    }

    private static ulong KeyOf(in CutId id) => BinaryPrimitives.ReverseEndianness(
        Unsafe.ReadUnaligned<ulong>(ref MemoryMarshal.GetReference(id.Span)));

    private bool TryResolve(ChunkRecord* record, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        location = default;
        if (record->Frame >= _header.Frames)
        {
            return false;
        }

        _memory.Need(_frames + record->Frame, sizeof(FrameRecord));
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
