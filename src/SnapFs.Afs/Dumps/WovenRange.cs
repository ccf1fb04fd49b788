namespace SnapFs.Afs.Dumps;

/// <summary>Where the bytes of a dump from some offset on come from.</summary>
/// <param name="ContentNumber">Which long content, from 0; -1 if the bytes are in the skeleton.</param>
/// <param name="Offset">Where they begin: in the skeleton, or in all long contents one after the other.</param>
/// <param name="OffsetInContent">Where they begin within that content; 0 in the skeleton.</param>
/// <param name="Length">Bytes up to where they come from elsewhere; 0 only at the end of the dump.</param>
public readonly record struct WovenRange(int ContentNumber, long Offset, long OffsetInContent, long Length)
{
    /// <summary>Whether the bytes are in the skeleton.</summary>
    public bool IsSkeleton => ContentNumber < 0;
}
