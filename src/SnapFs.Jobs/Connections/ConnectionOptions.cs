using SnapFs.Storage;

namespace SnapFs.Jobs.Connections;

/// <summary>Where a repository is and how this machine works with it.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The place of the repository.</summary>
    public required StorageAddress Repository { get; init; }

    /// <summary>The directory below which caches of repositories are kept; null if there is no place for them.</summary>
    public required string? CacheRoot { get; init; }

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
