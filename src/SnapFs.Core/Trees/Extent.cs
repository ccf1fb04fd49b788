namespace SnapFs.Trees;

/// <summary>A run of data in a file with holes.</summary>
/// <param name="Offset">First byte within the file.</param>
/// <param name="Length">Bytes, at least 1.</param>
public readonly record struct Extent(long Offset, long Length)
{
    /// <summary>The byte after the last.</summary>
    public long End => Offset + Length;
}
