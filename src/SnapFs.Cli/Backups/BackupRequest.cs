using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Trees;

namespace SnapFs.Cli.Backups;

/// <summary>A backup as the command line asks for it.</summary>
internal sealed record BackupRequest
{
    /// <summary>What to read; empty when a stream is backed up.</summary>
    public IReadOnlyList<BackupSource> Sources { get; init; } = [];

    /// <summary>The recorded path of a stream, raw; null when files are backed up.</summary>
    public ReadOnlyMemory<byte>? StreamPath { get; init; }

    /// <summary>The command whose output is the stream; null for standard input.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>The paths as the snapshot has them, raw.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> RecordedPaths =>
        StreamPath is { } stream ? [stream] : [.. Sources.Select(source => source.RecordedPath)];

    /// <summary>The machine to record.</summary>
    public required string Host { get; init; }

    /// <summary>The name of the job; null makes one of the paths.</summary>
    public string? Source { get; init; }

    /// <summary>The start time to record; null for the real one.</summary>
    public Timestamp? Time { get; init; }

    /// <summary>Words to record.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What to leave out.</summary>
    public PatternSet Excludes { get; init; } = PatternSet.Empty;

    /// <summary>Whether tagged caches are left out.</summary>
    public bool ExcludeCaches { get; init; }

    /// <summary>Whether mounts below the sources are left out.</summary>
    public bool OneFileSystem { get; init; }

    /// <summary>Whether another inode number alone changes no file.</summary>
    public bool IgnoreInode { get; init; }

    /// <summary>Whether another ctime alone changes no file.</summary>
    public bool IgnoreChangeTime { get; init; }

    /// <summary>Whether nothing is written.</summary>
    public bool DryRun { get; init; }
}
