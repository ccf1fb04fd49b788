namespace SnapFs.Mount;

/// <summary>What <c>statfs</c> shows.</summary>
/// <param name="PlainBytes">Bytes of all chunks before compression.</param>
/// <param name="StoredBytes">Bytes the packs take.</param>
/// <param name="Files">Entries of all snapshots.</param>
public readonly record struct FileSystemTotals(long PlainBytes, long StoredBytes, long Files);
