using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Storage;

namespace SnapFs.Repository.Writing;

/// <summary>Writes segments of the index.</summary>
internal static class SegmentWriter
{
    /// <summary>Stores a segment over packs that are stored.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="run">The run that writes it.</param>
    /// <param name="kind">What the packs hold.</param>
    /// <param name="packs">The packs.</param>
    /// <param name="intake">Takes in what was written; null if nobody wants it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task WriteAsync(
        IStorage storage,
        WritingRun run,
        ChunkKind kind,
        IReadOnlyList<IndexedPack> packs,
        RunIntake? intake,
        CancellationToken cancellationToken)
    {
        using IndexRunBuilder tables = new();
        foreach (IndexedPack pack in packs)
        {
            PackRecords.AddTo(tables, in pack);
        }

        byte[] content = IndexObjectCodec.Encode(run, kind, tables);
        ObjectId id = ObjectId.Of(content);
        ObjectName name = new(ObjectKind.Index, run.Keys.DomainName, id.ToString());

        // Read back before it counts: what no reader would take must not be stored.
        using IndexObject decoded = IndexObjectCodec.Decode(run.Keys, content, id, name.RelativePath)
            ?? throw new EncodingLimitException($"{name} cannot be read back");
        await storage.PutHashedAsync(name, content, cancellationToken).ConfigureAwait(false);
        run.AddIndexed(id);
        if (intake is not null)
        {
            lock (intake)
            {
                intake.Add(decoded);
            }
        }
    }
}
