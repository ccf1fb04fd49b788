using SnapFs.Posix.Files;

namespace SnapFs.Files.Backups;

/// <summary>A path to back up.</summary>
/// <param name="Path">Where it is read: absolute and normalized, raw. A symlink is backed up as one.</param>
/// <param name="RecordedPath">The absolute path it has in the snapshot (<c>--as</c>); usually the same.</param>
public sealed record BackupSource(ReadOnlyMemory<byte> Path, ReadOnlyMemory<byte> RecordedPath)
{
    /// <summary>Takes a path as a user gives it.</summary>
    /// <param name="path">Absolute, or relative to the current directory.</param>
    /// <param name="recordedAs">The recorded path, or null for the same.</param>
    public static BackupSource FromText(string path, string? recordedAs = null)
    {
        byte[] current = RawPath.FromText(Environment.CurrentDirectory);
        byte[] real = RawPath.Normalize(RawPath.FromText(path), current);
        byte[] recorded = recordedAs is null ? real : RawPath.Normalize(RawPath.FromText(recordedAs), "/"u8);
        return new BackupSource(real, recorded);
    }
}
