using SnapFs.Chunks;

namespace SnapFs.Files.Scanning;

/// <summary>Remembers whether the place for chunks failed: that ends the run, what is wrong with one file does not.</summary>
/// <param name="sink">Where chunks are put.</param>
internal sealed class GuardedSink(IChunkSink sink) : IChunkSink
{
    private volatile bool _hasFailed;

    /// <summary>Whether a call failed.</summary>
    public bool HasFailed => _hasFailed;

    /// <inheritdoc/>
    public ChunkId Put(ChunkKind kind, ReadOnlySpan<byte> plain)
    {
        try
        {
            return sink.Put(kind, plain);
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    /// <inheritdoc/>
    public bool HasAllPacks => sink.HasAllPacks;

    /// <inheritdoc/>
    public bool Contains(ChunkKind kind, in ChunkId id)
    {
        try
        {
            return sink.Contains(kind, in id);
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }
}
