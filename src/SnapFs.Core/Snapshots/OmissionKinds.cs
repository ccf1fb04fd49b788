namespace SnapFs.Snapshots;

/// <summary>What the kinds of omissions mean for who asks what a snapshot lacks.</summary>
public static class OmissionKinds
{
    /// <summary>Whether the snapshot has nothing, or not all, at the path or below it. The other kinds are there, whole or in part.
    /// </summary>
    public static bool IsAbsence(OmissionKind kind) => kind is not (OmissionKind.UnreadableAttributes or OmissionKind.Changed);

    /// <summary>Whether something could not be read. What no kind tells was left out as well: each way in which something cannot be
    /// read has a kind.</summary>
    public static bool IsUnread(OmissionKind kind) => kind is not (OmissionKind.Other or OmissionKind.Excluded
        or OmissionKind.CacheDirectory or OmissionKind.OtherFileSystem or OmissionKind.PseudoFileSystem or OmissionKind.Protected
        or OmissionKind.Vanished or OmissionKind.Changed);
}
