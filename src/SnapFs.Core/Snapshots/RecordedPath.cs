namespace SnapFs.Snapshots;

/// <summary>Paths in the body of a snapshot.</summary>
public static class RecordedPath
{
    /// <summary>A path as it can be recorded: itself, or the longest of its ancestors that is not too long.</summary>
    /// <param name="path">Absolute, raw.</param>
    public static ReadOnlySpan<byte> Fit(ReadOnlySpan<byte> path)
    {
        if (path.Length <= SnapshotLimits.MaxRecordedPath)
        {
            return path;
        }

        int end = path[..(SnapshotLimits.MaxRecordedPath + 1)].LastIndexOf((byte)'/');
        return end > 0 ? path[..end] : "/"u8;
    }
}
