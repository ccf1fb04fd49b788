using SnapFs.Chunks;

namespace SnapFs.Repository.Indexes;

/// <summary>Gathers what objects of the index list, in memory outside the managed heap, and merges it: what two of them have in common
/// is there once. Not thread-safe.</summary>
/// <param name="kind">What the chunks hold.</param>
internal sealed class CatalogueBuilder(ChunkKind kind) : IDisposable
{
    /// <summary>Chunks that are sorted at once; few runs are left to be merged then.</summary>
    private const long ChunksPerRun = 256 * 1024;

    private readonly List<RunTables> _runs = [];
    private IndexRunBuilder _next = new();

    /// <summary>Adds an object.</summary>
    internal void Add(IndexObject added)
    {
        _next.Add(added);
        if (_next.ChunkCount >= ChunksPerRun)
        {
            EndRun();
        }
    }

    /// <summary>Merges what was added, to be disposed of; nothing is left here.</summary>
    internal RunTables Complete()
    {
        EndRun();
        RunTables merged = NativeRun.Make(kind, RunMerger.MaxLength(_runs), default, writer => RunMerger.Merge(_runs, writer));
        Dispose();
        return merged;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _next.Dispose();
        _runs.ForEach(run => run.Dispose());
        _runs.Clear();
    }

    private void EndRun()
    {
        using IndexRunBuilder ended = _next;
        _next = new IndexRunBuilder();
        _runs.Add(NativeRun.Make(kind, ended.MaxLength, default, ended.WriteTo));
    }
}
