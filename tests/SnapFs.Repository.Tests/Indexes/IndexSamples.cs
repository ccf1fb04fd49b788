using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;

namespace SnapFs.Repository.Tests.Indexes;

/// <summary>Runs and indexes of segments that were never stored.</summary>
internal static class IndexSamples
{
    internal static readonly ObjectId Owner = ObjectId.Of("repository"u8);

    internal static RunTables Run(params IndexedSegment[] segments)
    {
        using IndexRunBuilder builder = Builder(segments);
        ChunkKind kind = SegmentRecords.KindOf(in segments[0]);
        return NativeRun.Make(kind, builder.MaxLength, in Owner, builder.WriteTo);
    }

    internal static IndexRunBuilder Builder(params IndexedSegment[] segments)
    {
        IndexRunBuilder builder = new();
        foreach (IndexedSegment segment in segments)
        {
            SegmentRecords.AddTo(builder, in segment);
        }

        return builder;
    }

    internal static IndexedSegment Segment(int number, params IndexedPack[] packs) =>
        new(ObjectId.Of(BitConverter.GetBytes(number)), 1, [.. packs]);

    internal static void Add(this ChunkIndex index, RunTables run) => index.Add(run, StoredRun.ObjectsOf(run), null, false);

    internal static ChunkIndex Index(params IndexedPack[] packs)
    {
        ChunkIndex index = new();
        index.Add(Run(Segment(0, packs)));
        return index;
    }
}
