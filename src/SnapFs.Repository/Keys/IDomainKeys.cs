using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>The keys of one domain as packs, index segments and snapshots need them. Safe for concurrent use.</summary>
public interface IDomainKeys
{
    /// <summary>The repository, bound into everything signed.</summary>
    ObjectId RepositoryId { get; }

    /// <summary>The domain, 16 bytes.</summary>
    ReadOnlySpan<byte> DomainId { get; }

    /// <summary>The epoch that new packs are sealed to.</summary>
    uint Epoch { get; }

    /// <summary>The key of index segments, footers and snapshot heads, 32 bytes.</summary>
    ReadOnlySpan<byte> IndexKey { get; }

    /// <summary>Who signs what this process writes.</summary>
    SignerId Signer { get; }

    /// <summary>Whether the private keys are held, so that stored content can be read.</summary>
    bool CanRead { get; }

    /// <summary>Names chunks of a kind.</summary>
    ChunkHasher Hasher(ChunkKind kind);

    /// <summary>The 256 words of the chunker.</summary>
    ReadOnlySpan<ulong> Gear { get; }

    /// <summary>Seals a secret to the newest public key for a kind: 48 bytes longer than the secret.</summary>
    byte[] SealTo(ChunkKind kind, ReadOnlySpan<byte> secret);

    /// <summary>Opens what <see cref="SealTo"/> made in <paramref name="epoch"/>.</summary>
    /// <returns>False if this process holds no key that opens it, or it is forged.</returns>
    bool TryOpenSealed(ChunkKind kind, uint epoch, ReadOnlySpan<byte> box, Span<byte> secret);

    /// <summary>Signs the bytes of an object before its signature; 64 bytes.</summary>
    byte[] Sign(byte objectKind, ReadOnlySpan<byte> bytes);

    /// <summary>Whether an agent that may write in this domain signed the bytes.</summary>
    bool Verify(byte objectKind, SignerId signer, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature);

    /// <summary>Whether a snapshot of <paramref name="host"/> counts when <paramref name="signer"/> signed it.</summary>
    bool MaySignFor(SignerId signer, string host);
}
