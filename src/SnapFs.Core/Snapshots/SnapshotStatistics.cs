namespace SnapFs.Snapshots;

/// <summary>Counts of one backup.</summary>
public sealed record SnapshotStatistics
{
    /// <summary>Nodes of every type, ancestors included.</summary>
    public long Entries { get; init; }

    /// <summary>Regular files.</summary>
    public long Files { get; init; }

    /// <summary>Directories.</summary>
    public long Directories { get; init; }

    /// <summary>Sum of the apparent sizes of the files, bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Files not in the previous snapshot.</summary>
    public long FilesNew { get; init; }

    /// <summary>Files that differ from the previous snapshot.</summary>
    public long FilesChanged { get; init; }

    /// <summary>Files recognised as unchanged and not read.</summary>
    public long FilesUnchanged { get; init; }

    /// <summary>Plain bytes of chunks that were not stored before.</summary>
    public long BytesAdded { get; init; }

    /// <summary>Bytes the packs of this run take in storage.</summary>
    public long BytesStored { get; init; }

    /// <summary>Sources and files that could not be read, or changed while they were read.</summary>
    public long Problems { get; init; }
}
