using SnapFs.Chunks;

namespace SnapFs.Files.Tests.Support;

internal static class Chunkers
{
    /// <summary>The limits a repository has by default.</summary>
    public static GearChunker Default { get; } = GearChunker.FromKey(new byte[32], ChunkLimits.Default);

    /// <summary>Limits that cut small files too, to test many chunks cheaply.</summary>
    public static GearChunker Small { get; } = GearChunker.FromKey(new byte[32], new ChunkLimits(1024, 4096, 16_384));
}
