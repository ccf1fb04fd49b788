namespace SnapFs.Snapshots;

/// <summary>Something that the source had and the snapshot lacks, whole or in part.</summary>
/// <param name="Path">The recorded path, absolute and raw. What is missing is there or below it: of a path that is too long to
/// be recorded, the longest of its ancestors that is not.</param>
/// <param name="Kind">Why it is missing.</param>
public readonly record struct Omission(ReadOnlyMemory<byte> Path, OmissionKind Kind);
