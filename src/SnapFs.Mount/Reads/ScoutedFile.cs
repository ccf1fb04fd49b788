using SnapFs.Chunks;

namespace SnapFs.Mount.Reads;

/// <summary>A file that a <see cref="Scout"/> asked for ahead of its reader.</summary>
/// <param name="Directory">The page at the root of its directory.</param>
/// <param name="Ordinal">Which entry of the directory it is.</param>
/// <param name="Bytes">How much of it was asked for.</param>
/// <param name="IsSmall">Whether it is handed over before it is asked for once its directory is listed.</param>
internal sealed record ScoutedFile(ChunkId Directory, long Ordinal, long Bytes, bool IsSmall)
{
    /// <summary>Whether the reader came to it, or got it unasked, so that it no longer counts as ahead.</summary>
    internal bool IsPassed { get; set; }
}
