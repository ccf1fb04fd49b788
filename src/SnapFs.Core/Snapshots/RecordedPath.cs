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

    /// <summary>Whether a path is a directory or below it.</summary>
    /// <param name="path">Absolute, raw.</param>
    /// <param name="directory">Absolute, raw, with or without a slash at its end.</param>
    public static bool IsWithin(ReadOnlySpan<byte> path, ReadOnlySpan<byte> directory)
    {
        directory = directory.TrimEnd((byte)'/');
        return path.StartsWith(directory) && (path.Length == directory.Length || path[directory.Length] == (byte)'/');
    }
}
