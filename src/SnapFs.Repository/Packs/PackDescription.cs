using SnapFs.Chunks;
using SnapFs.Cryptography;

namespace SnapFs.Repository.Packs;

/// <summary>
/// What a reader must know of a pack: how to open it and which chunks lie where. Stands encrypted in the pack's
/// footer and in an index segment (<c>docs/format.md</c> section 5).
/// </summary>
public sealed class PackDescription
{
    /// <summary>16 random bytes at the start of the pack; part of every key derivation.</summary>
    public required byte[] Salt { get; init; }

    /// <summary>The domain the pack belongs to, 16 bytes.</summary>
    public required byte[] DomainId { get; init; }

    /// <summary>The epoch whose key the pack key is sealed to.</summary>
    public required uint Epoch { get; init; }

    /// <summary>What its chunks hold.</summary>
    public required ChunkKind Kind { get; init; }

    /// <summary>The pack key, sealed to the domain's public key for <see cref="Kind"/>.</summary>
    public required byte[] SealedKey { get; init; }

    /// <summary>Commits to the pack key, so that a key somebody else sealed is refused before it is used.</summary>
    public required byte[] Commitment { get; init; }

    /// <summary>The agent that wrote the pack.</summary>
    public required SignerId Signer { get; init; }

    /// <summary>The frames in order of their offsets.</summary>
    public List<PackFrame> Frames { get; } = [];

    /// <summary>The chunks of all frames in order.</summary>
    public List<PackChunk> Chunks { get; } = [];
}
