using System.Buffers.Binary;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Indexes;

/// <summary>Merges index segments into one run.</summary>
internal static unsafe class IndexRunBuilder
{
    /// <summary>Builds a run from decoded segments.</summary>
    /// <param name="segments">The segments and the packs each lists, oldest first. The same segments in the same order
    /// give the same bytes.</param>
    internal static RunMemory Build(IReadOnlyList<IndexedSegment> segments)
    {
        RunHeader header = new() { Magic = RunHeader.ExpectedMagic, Segments = (uint)segments.Count };
        foreach ((_, _, List<IndexedPack> packs) in segments)
        {
            foreach (IndexedPack pack in packs)
            {
                header.Packs++;
                header.Frames += (uint)pack.Description.Frames.Count;
                if (pack.Description.Kind == ChunkKind.Tree)
                {
                    header.TreeChunks += (uint)pack.Description.Chunks.Count;
                }
                else
                {
                    header.DataChunks += (uint)pack.Description.Chunks.Count;
                }
            }
        }

        RunMemory memory = RunMemory.Allocate(IndexRun.LengthOf(in header));
        *(RunHeader*)memory.Pointer = header;
        Fill(memory, in header, segments);
        return memory;
    }

    private static void Fill(RunMemory memory, in RunHeader header, IReadOnlyList<IndexedSegment> segments)
    {
        SegmentRecord* segmentAt = (SegmentRecord*)(memory.Pointer + sizeof(RunHeader));
        byte* packAt = (byte*)(segmentAt + header.Segments);
        FrameRecord* frames = (FrameRecord*)(packAt + ((long)header.Packs * IndexRun.PackRecordLength));
        ChunkRecord* data = (ChunkRecord*)(frames + header.Frames);
        ChunkRecord* trees = data + header.DataChunks;
        uint packNumber = 0;
        uint frameNumber = 0;
        long dataCount = 0;
        long treeCount = 0;
        foreach ((ObjectId id, long length, List<IndexedPack> packs) in segments)
        {
            *segmentAt++ = new SegmentRecord { Id = id, Length = length };
            foreach (IndexedPack pack in packs)
            {
                PackRecord.Write(in pack, new Span<byte>(packAt, IndexRun.PackRecordLength));
                packAt += IndexRun.PackRecordLength;
                bool isTree = pack.Description.Kind == ChunkKind.Tree;
                foreach (PackFrame frame in pack.Description.Frames)
                {
                    frames[frameNumber] = new FrameRecord
                    {
                        Pack = packNumber,
                        Offset = frame.Offset,
                        StoredLength = frame.StoredLength,
                        PlainLength = frame.PlainLength,
                        Codec = (uint)frame.Codec,
                    };
                    uint offset = 0;
                    for (int i = 0; i < frame.ChunkCount; i++)
                    {
                        PackChunk chunk = pack.Description.Chunks[frame.FirstChunk + i];
                        ChunkRecord* record = isTree ? trees + treeCount++ : data + dataCount++;
                        *record = new ChunkRecord
                        {
                            Id = CutId.Of(chunk.Id),
                            Frame = frameNumber,
                            Offset = offset,
                            Length = chunk.Length,
                        };
                        offset += chunk.Length;
                    }

                    frameNumber++;
                }

                packNumber++;
            }
        }

        Sort(new Span<ChunkRecord>(data, (int)header.DataChunks));
        Sort(new Span<ChunkRecord>(trees, (int)header.TreeChunks));
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
