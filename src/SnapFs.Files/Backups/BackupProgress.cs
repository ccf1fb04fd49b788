namespace SnapFs.Files.Backups;

/// <summary>How far a backup is.</summary>
/// <param name="Entries">Nodes so far.</param>
/// <param name="Files">Regular files so far, read or not.</param>
/// <param name="Bytes">Their apparent sizes.</param>
/// <param name="BytesRead">Bytes read from files.</param>
/// <param name="Problems">What could not be read.</param>
public readonly record struct BackupProgress(long Entries, long Files, long Bytes, long BytesRead, long Problems);
