using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Indexes;

/// <summary>From a decoded segment to the records of a run: the one place that knows both.</summary>
internal static class SegmentRecords
{
    /// <summary>The kind of the chunks of a segment.</summary>
    internal static ChunkKind KindOf(in IndexedSegment segment) =>
        segment.Packs is [IndexedPack first, ..] ? first.Description.Kind : ChunkKind.Data;

    /// <summary>Adds a segment and all that it lists.</summary>
    internal static void AddTo(IndexRunBuilder builder, in IndexedSegment segment)
    {
        builder.AddObject(new CoveredObject { Id = segment.Id, Length = segment.Length });
        foreach (IndexedPack pack in segment.Packs)
        {
            Add(builder, in pack);
        }
    }

    private static void Add(IndexRunBuilder builder, in IndexedPack pack)
    {
        PackDescription description = pack.Description;
        builder.AddPack(
            new PackEntry
            {
                Id = pack.Id,
                Salt = MemoryMarshal.Read<PackEntry.SaltBytes>(description.Salt),
                Length = (uint)pack.Length, // the decoder refuses longer ones
            },
            new SealRecord
            {
                Box = MemoryMarshal.Read<SealRecord.BoxBytes>(description.SealedKey),
                Commitment = MemoryMarshal.Read<SealRecord.CommitmentBytes>(description.Commitment),
                Epoch = description.Epoch,
            });
        foreach (PackFrame frame in description.Frames)
        {
            builder.AddFrame(new FrameRecord
            {
                Offset = frame.Offset,
                StoredLength = frame.StoredLength,
                PlainLengthAndCodec = FrameRecord.Join(frame.PlainLength, frame.Codec),
            });
            uint offset = 0;
            for (int i = frame.FirstChunk; i < frame.FirstChunk + frame.ChunkCount; i++)
            {
                PackChunk chunk = description.Chunks[i];
                builder.AddChunk(CutId.Of(chunk.Id), offset, chunk.Length);
                offset += chunk.Length;
            }
        }
    }
}
