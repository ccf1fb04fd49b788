using SnapFs.Chunks;

namespace SnapFs.Repository.Writing;

/// <summary>How a run writes; the sizes come from the repository's <c>config</c>.</summary>
/// <param name="Limits">Chunk sizes.</param>
/// <param name="GroupBelow">A chunk of fewer bytes shares a frame with its neighbours.</param>
/// <param name="GroupLength">A shared frame is finished at this many plain bytes.</param>
/// <param name="CompressionLevel">The zstd level.</param>
/// <param name="UploadWorkers">Packs stored at once.</param>
public sealed record WriterOptions(
    ChunkLimits Limits,
    int GroupBelow,
    int GroupLength,
    int CompressionLevel,
    int UploadWorkers = 2)
{
    /// <summary>A segment is written when packs with this many chunks are stored and not indexed. Of small files a few packs have
    /// as many as otherwise hundreds, and a segment is several times in memory while it is made.</summary>
    public int ChunksPerSegment { get; init; } = 128 * 1024;
}
