using System.Runtime.InteropServices;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Indexes;

/// <summary>From a pack to the records of the index.</summary>
internal static class PackRecords
{
    /// <summary>Adds a pack and all that it holds.</summary>
    internal static void AddTo(IndexRunBuilder builder, in IndexedPack pack)
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
                Key = MemoryMarshal.Read<SealRecord.KeyBytes>(description.RunKey),
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
