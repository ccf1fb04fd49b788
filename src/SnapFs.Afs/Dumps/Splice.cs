namespace SnapFs.Afs.Dumps;

/// <summary>A place of the skeleton where a long content was left out.</summary>
/// <param name="SkeletonOffset">Bytes of the skeleton that come before the content.</param>
/// <param name="ContentLength">Bytes of the content.</param>
public readonly record struct Splice(long SkeletonOffset, long ContentLength)
{
    /// <summary>A content of more bytes is left out of the skeleton. Part of what is stored: it can never change.</summary>
    public const int Threshold = 512;
}
