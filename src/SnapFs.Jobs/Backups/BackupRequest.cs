using SnapFs.Trees;

namespace SnapFs.Jobs.Backups;

/// <summary>What a backup shall record.</summary>
public sealed record BackupRequest
{
    /// <summary>What to read.</summary>
    public required IBackupSource From { get; init; }

    /// <summary>The machine to record.</summary>
    public required string Host { get; init; }

    /// <summary>The name of the job; null makes one of the paths.</summary>
    public string? Source { get; init; }

    /// <summary>The start time to record; null for the real one.</summary>
    public Timestamp? Time { get; init; }

    /// <summary>Words to record.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether nothing is written.</summary>
    public bool DryRun { get; init; }
}
