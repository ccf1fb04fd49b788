using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository;

/// <summary>What can be chosen when a repository is made; only the passphrase can be changed later.</summary>
public sealed record InitOptions
{
    /// <summary>Opens the first slot. Must not be empty.</summary>
    public required RepositorySecret.Password Password { get; init; }

    /// <summary>What trying a passphrase costs.</summary>
    public Argon2Parameters Argon2 { get; init; } = Argon2Parameters.Default;

    /// <summary>Sizes of data chunks.</summary>
    public ChunkLimits Chunks { get; init; } = ChunkLimits.Default;

    /// <summary>How small chunks share frames.</summary>
    public GroupLimits Groups { get; init; } = GroupLimits.Default;

    /// <summary>The level of zstd, -7 to 19.</summary>
    public int CompressionLevel { get; init; } = 1;

    /// <summary>A file of at most this many bytes stands in its tree entry.</summary>
    public int InlineLimit { get; init; } = 512;

    /// <summary>What the first slot is called; anyone can read it.</summary>
    public string Label { get; init; } = string.Empty;

    /// <summary>Gives the time that is recorded, and waits for others that make a repository in the same place.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
