namespace SnapFs.Chunks;

/// <summary>Chunk size limits, in bytes.</summary>
/// <param name="Min">No chunk is shorter, except the last of a file.</param>
/// <param name="Target">Where cutting becomes easier: sizes cluster near it.</param>
/// <param name="Max">No chunk is longer.</param>
public readonly record struct ChunkLimits(int Min, int Target, int Max)
{
    /// <summary>The largest <see cref="Max"/> that is accepted: it bounds every buffer that a chunk is read into.</summary>
    public const int LargestMax = 64 * 1024 * 1024;

    /// <summary>The smallest <see cref="Target"/> that is accepted.</summary>
    public const int SmallestTarget = 64;

    /// <summary>What a new repository gets.</summary>
    public static ChunkLimits Default { get; } = new(256 * 1024, 1024 * 1024, 4 * 1024 * 1024);

    /// <summary>Whether a chunker can be made of these; limits that were read from a config are refused otherwise.</summary>
    public bool IsValid =>
        Min >= 1 && Target >= Math.Max(SmallestTarget, Min) && Max >= Target && Max <= LargestMax;
}
