using SnapFs.Cryptography;
using SnapFs.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>The clear part of a passphrase slot.</summary>
public sealed record PassphraseSlot
{
    /// <summary>Names the slot; the SHA-256 of its object.</summary>
    public required ObjectId Id { get; init; }

    /// <summary>The repository the slot opens.</summary>
    public required ObjectId RepositoryId { get; init; }

    /// <summary>What the user calls it; empty if nothing. Anyone can read it.</summary>
    public required string Label { get; init; }

    /// <summary>When it was made, by the clock of that machine.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>What trying a passphrase costs.</summary>
    public required Argon2Parameters Parameters { get; init; }

    /// <summary>16 random bytes.</summary>
    public required ReadOnlyMemory<byte> Salt { get; init; }
}
