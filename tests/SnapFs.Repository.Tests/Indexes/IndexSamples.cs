using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;

namespace SnapFs.Repository.Tests.Indexes;

/// <summary>Runs and indexes of segments that were never stored.</summary>
internal static class IndexSamples
{
    internal static readonly ObjectId Owner = ObjectId.Of("repository"u8);

    internal static RunTables Run(params SampleSegment[] segments)
    {
        using IndexRunBuilder builder = Builder(segments);
        return NativeRun.Make(segments[0].Kind, builder.MaxLength, in Owner, builder.WriteTo);
    }

    internal static IndexRunBuilder Builder(params SampleSegment[] segments)
    {
        IndexRunBuilder builder = new();
        foreach (SampleSegment segment in segments)
        {
            using IndexObject added = segment.ToObject();
            builder.Add(added);
        }

        return builder;
    }

    internal static IndexRunBuilder Tables(IEnumerable<IndexedPack> packs)
    {
        IndexRunBuilder tables = new();
        foreach (IndexedPack pack in packs)
        {
            PackRecords.AddTo(tables, in pack);
        }

        return tables;
    }

    internal static SampleSegment Segment(int number, params IndexedPack[] packs) =>
        new(ObjectId.Of(BitConverter.GetBytes(number)), 1, packs);

    internal static void Add(this ChunkIndex index, RunTables run) => index.Add(run, StoredRun.ObjectsOf(run), null, false);

    internal static ChunkIndex Index(params IndexedPack[] packs)
    {
        ChunkIndex index = new();
        index.Add(Run(Segment(0, packs)));
        return index;
    }
}

/// <summary>A segment of the index before it is encoded.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Length">Its stored bytes.</param>
/// <param name="Packs">What it lists, all of one kind.</param>
internal sealed record SampleSegment(ObjectId Id, long Length, IReadOnlyList<IndexedPack> Packs)
{
    internal ChunkKind Kind => Packs.Count > 0 ? Packs[0].Description.Kind : ChunkKind.Data;

    /// <summary>The same as if it had been decoded.</summary>
    internal IndexObject ToObject()
    {
        using IndexRunBuilder tables = IndexSamples.Tables(Packs);
        IndexObject result = new(Kind, Id, Length, isTrusted: true);
        Fill(result.SealSink, tables.Seals);
        Fill(result.PackSink, tables.Packs);
        Fill(result.FrameSink, tables.Frames);
        Fill(result.ChunkSink, tables.Chunks);
        return result;
    }

    private static void Fill<T>(IRecordSink sink, ReadOnlySpan<T> records)
        where T : unmanaged
    {
        foreach (ref readonly T record in records)
        {
            sink.Add(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in record)));
        }
    }
}
