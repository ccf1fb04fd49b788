namespace SnapFs.Files.Restores;

/// <summary>How far a restore is; at its end, what it did.</summary>
/// <param name="Entries">Nodes done, directories included.</param>
/// <param name="Files">Regular files done.</param>
/// <param name="Bytes">Their apparent sizes.</param>
/// <param name="BytesWritten">Bytes of file content that were written.</param>
/// <param name="FilesKept">Files whose content was left as it was.</param>
/// <param name="Deleted">Entries removed by <c>--delete</c>.</param>
/// <param name="Spared">Entries that <c>--delete</c> left because the backup could not read them or left them out.</param>
/// <param name="Verified">Files read again and found right.</param>
/// <param name="Problems">What could not be restored.</param>
public readonly record struct RestoreProgress(
    long Entries,
    long Files,
    long Bytes,
    long BytesWritten,
    long FilesKept,
    long Deleted,
    long Spared,
    long Verified,
    long Problems);
