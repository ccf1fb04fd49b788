using SnapFs.Trees;

namespace SnapFs.Jobs.Importing;

/// <summary>A snapshot as another program lists it.</summary>
public sealed record ForeignSnapshot
{
    /// <summary>Its whole id there: 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>What a person calls it there: the short id of restic, the name of borg.</summary>
    public required string Name { get; init; }

    /// <summary>When it was begun.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>The machine, if it says one that a snapshot can have.</summary>
    public string? Host { get; init; }

    /// <summary>The paths that were named to the other program, absolute; empty if it does not keep them.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Paths { get; init; } = [];

    /// <summary>Words that it has there.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Ids that it had before its tags were changed there.</summary>
    public IReadOnlyList<string> FormerIds { get; init; } = [];
}
