using System.Buffers.Binary;
using SnapFs.Chunks;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Indexes;

/// <summary>Merges index segments into one run, of which only the records that the run will have are kept. Not thread-safe.
/// </summary>
internal sealed unsafe class IndexRunBuilder : IDisposable
{
    private readonly NativeTable<SegmentRecord> _segments = new();
    private readonly NativeTable<byte> _packs = new();
    private readonly NativeTable<FrameRecord> _frames = new();
    private readonly NativeTable<ChunkRecord> _data = new();
    private readonly NativeTable<ChunkRecord> _trees = new();

    /// <summary>Segments added.</summary>
    internal int SegmentCount => (int)_segments.Count;

    /// <summary>Builds a run from decoded segments.</summary>
    /// <param name="segments">The segments and the packs each lists, oldest first. The same segments in the same order
    /// give the same bytes.</param>
    internal static RunMemory Build(IReadOnlyList<IndexedSegment> segments)
    {
        using IndexRunBuilder builder = new();
        foreach (IndexedSegment segment in segments)
        {
            builder.Add(in segment);
        }

        return builder.Build();
    }

    /// <summary>Adds a segment that is newer than those before.</summary>
    internal void Add(in IndexedSegment segment)
    {
        _segments.Add(1)[0] = new SegmentRecord { Id = segment.Id, Length = segment.Length };
        foreach (IndexedPack pack in segment.Packs)
        {
            uint number = (uint)(_packs.Count / IndexRun.PackRecordLength);
            Span<byte> record = _packs.Add(IndexRun.PackRecordLength);
            record.Clear(); // equal segments give equal bytes
            PackRecord.Write(in pack, record);
            Add(number, pack.Description);
        }
    }

    /// <summary>Makes the run; of no use afterwards.</summary>
    internal RunMemory Build()
    {
        RunHeader header = new()
        {
            Magic = RunHeader.ExpectedMagic,
            Segments = (uint)_segments.Count,
            Packs = (uint)(_packs.Count / IndexRun.PackRecordLength),
            Frames = (uint)_frames.Count,
            DataChunks = (uint)_data.Count,
            TreeChunks = (uint)_trees.Count,
        };
        Sort(_data.Span);
        Sort(_trees.Span);
        long length = IndexRun.LengthOf(in header);
        long data = length - _trees.Bytes - _data.Bytes;

        // The largest table becomes the run, so that there are never two of it.
        byte* memory = _data.Detach(length, moveTo: data);
        byte* at = memory;
        *(RunHeader*)at = header;
        at = _segments.MoveTo(at + sizeof(RunHeader));
        at = _packs.MoveTo(at);
        _frames.MoveTo(at);
        _trees.MoveTo(memory + length - _trees.Bytes);
        return RunMemory.Take(memory, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _segments.Dispose();
        _packs.Dispose();
        _frames.Dispose();
        _data.Dispose();
        _trees.Dispose();
    }

    private void Add(uint number, PackDescription pack)
    {
        NativeTable<ChunkRecord> table = pack.Kind == ChunkKind.Tree ? _trees : _data;
        Span<ChunkRecord> chunks = table.Add(pack.Chunks.Count);
        foreach (PackFrame frame in pack.Frames)
        {
            uint frameNumber = (uint)_frames.Count;
            _frames.Add(1)[0] = new FrameRecord
            {
                Pack = number,
                Offset = frame.Offset,
                StoredLength = frame.StoredLength,
                PlainLength = frame.PlainLength,
                Codec = (uint)frame.Codec,
            };
            uint offset = 0;
            for (int i = frame.FirstChunk; i < frame.FirstChunk + frame.ChunkCount; i++)
            {
                PackChunk chunk = pack.Chunks[i];
                chunks[i] = new ChunkRecord
                {
                    Id = CutId.Of(chunk.Id),
                    Frame = frameNumber,
                    Offset = offset,
                    Length = chunk.Length,
                };
                offset += chunk.Length;
            }
        }
    }

    /// <summary>Sorts by id; of several places of one chunk the newest comes first.</summary>
    /// <remarks>First by the first 8 bytes of the ids, which are hardly ever equal for two chunks.</remarks>
    private static void Sort(Span<ChunkRecord> records)
    {
        ulong[] keys = GC.AllocateUninitializedArray<ulong>(records.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = BinaryPrimitives.ReadUInt64BigEndian(records[i].Id.Span);
        }

        keys.AsSpan().Sort(records);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                records[start..end].Sort(Compare);
            }

            start = end;
        }
    }

    private static int Compare(ChunkRecord left, ChunkRecord right)
    {
        int order = left.Id.Span.SequenceCompareTo(right.Id.Span);
        order = order != 0 ? order : right.Frame.CompareTo(left.Frame);
        return order != 0 ? order : left.Offset.CompareTo(right.Offset);
    }
}
