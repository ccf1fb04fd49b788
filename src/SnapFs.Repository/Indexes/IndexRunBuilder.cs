using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Indexes;

/// <summary>Merges index segments into one run.</summary>
internal static unsafe class IndexRunBuilder
{
    /// <summary>Builds a run from decoded segments.</summary>
    /// <param name="repository">The repository, bound into the checksum.</param>
    /// <param name="segments">The segments and the packs each lists.</param>
    internal static RunMemory Build(
        in ObjectId repository, IReadOnlyList<(ObjectId Id, List<IndexedPack> Packs)> segments)
    {
        RunHeader header = new() { Magic = RunHeader.ExpectedMagic, Segments = (uint)segments.Count };
        foreach ((_, List<IndexedPack> packs) in segments)
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
        Checksum(memory.Pointer, in repository, MemoryMarshal.AsBytes(
            new Span<RunHeader.Digest>(ref ((RunHeader*)memory.Pointer)->Checksum)));
        return memory;
    }

    /// <summary>Whether the head and small tables of a run are as they were built, for this repository.</summary>
    internal static bool IsIntact(RunMemory memory, in ObjectId repository)
    {
        if (memory.Length < sizeof(RunHeader))
        {
            return false;
        }

        RunHeader header = *(RunHeader*)memory.Pointer;
        if (header.Magic != RunHeader.ExpectedMagic || IndexRun.LengthOf(in header) != memory.Length)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        Checksum(memory.Pointer, in repository, expected);
        return expected.SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<RunHeader.Digest>(ref header.Checksum)));
    }

    private static void Checksum(byte* run, in ObjectId repository, Span<byte> destination)
    {
        RunHeader header = *(RunHeader*)run;
        header.Checksum = default;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(repository.Span);
        hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<RunHeader>(ref header)));
        long tables = ((long)header.Segments * ObjectId.Length) + ((long)header.Packs * IndexRun.PackRecordLength);
        hash.AppendData(new ReadOnlySpan<byte>(run + sizeof(RunHeader), (int)tables));
        hash.GetHashAndReset(destination);
    }

    private static void Fill(
        RunMemory memory, in RunHeader header, IReadOnlyList<(ObjectId Id, List<IndexedPack> Packs)> segments)
    {
        byte* segmentAt = memory.Pointer + sizeof(RunHeader);
        byte* packAt = segmentAt + ((long)header.Segments * ObjectId.Length);
        FrameRecord* frames = (FrameRecord*)(packAt + ((long)header.Packs * IndexRun.PackRecordLength));
        ChunkRecord* data = (ChunkRecord*)(frames + header.Frames);
        ChunkRecord* trees = data + header.DataChunks;
        uint packNumber = 0;
        uint frameNumber = 0;
        long dataCount = 0;
        long treeCount = 0;
        foreach ((ObjectId id, List<IndexedPack> packs) in segments)
        {
            id.Span.CopyTo(new Span<byte>(segmentAt, ObjectId.Length));
            segmentAt += ObjectId.Length;
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

    /// <summary>Sorts by the first 8 bytes of the ids: records with equal ones are looked at one by one.</summary>
    private static void Sort(Span<ChunkRecord> records)
    {
        ulong[] keys = GC.AllocateUninitializedArray<ulong>(records.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = BinaryPrimitives.ReadUInt64BigEndian(records[i].Id.Span);
        }

        keys.AsSpan().Sort(records);
    }
}
