namespace SnapFs.Files.Backups;

/// <summary>How a stream becomes a file.</summary>
public sealed record StreamOptions
{
    /// <summary>The absolute path of the file, raw. Directories above it are made up.</summary>
    public required ReadOnlyMemory<byte> RecordedPath { get; init; }

    /// <summary>Threads that hash, compress and encrypt.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told of every tree page that is put.</summary>
    public IPageObserver? PageObserver { get; init; }
}
