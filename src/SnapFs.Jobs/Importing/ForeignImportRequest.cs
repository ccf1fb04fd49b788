namespace SnapFs.Jobs.Importing;

/// <summary>What is taken over from another program.</summary>
public sealed record ForeignImportRequest
{
    /// <summary>The program, with its repository.</summary>
    public required ForeignProgram Program { get; init; }

    /// <summary>Names or ids of its snapshots; empty for all.</summary>
    public IReadOnlyList<string> Chosen { get; init; } = [];

    /// <summary>The machine to record; null for the one that each snapshot says.</summary>
    public string? Host { get; init; }

    /// <summary>The name of the job; null makes one of the paths of each.</summary>
    public string? Source { get; init; }

    /// <summary>Words to record beside those that the snapshots have.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Where snapshots are restored to, one at a time; null for the cache.</summary>
    public string? Scratch { get; init; }

    /// <summary>Whether nothing is read or written.</summary>
    public bool DryRun { get; init; }
}
