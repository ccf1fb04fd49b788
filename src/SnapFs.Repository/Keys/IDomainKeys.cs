using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Repository.Keys;

/// <summary>The keys of one domain as packs, index and snapshots need them. Safe for concurrent use.</summary>
internal interface IDomainKeys
{
    /// <summary>The repository, bound into everything signed.</summary>
    ObjectId RepositoryId { get; }

    /// <summary>The domain.</summary>
    ShortId Domain { get; }

    /// <summary>The domain as it stands in names of objects.</summary>
    string DomainName { get; }

    /// <summary>The epoch that new objects are sealed in.</summary>
    uint Epoch { get; }

    /// <summary>Who signs what this process writes.</summary>
    ShortId Signer { get; }

    /// <summary>Whether the private keys are held, so that stored content can be read.</summary>
    bool CanRead { get; }

    /// <summary>Names chunks of a kind.</summary>
    ChunkHasher Hasher(ChunkKind kind);

    /// <summary>The 256 words of the chunker.</summary>
    ReadOnlySpan<ulong> Gear { get; }

    /// <summary>Whether an epoch was granted, so that what was sealed in it can be looked into.</summary>
    bool Has(uint epoch);

    /// <summary>The key of index, footers and snapshot heads of an epoch, 32 bytes.</summary>
    /// <exception cref="WrongKeyException">This process was not granted that epoch.</exception>
    ReadOnlySpan<byte> IndexKey(uint epoch);

    /// <summary>The keyed hash of backed-up paths, 32 bytes: equal for equal paths in any order.</summary>
    byte[] HashPaths(IEnumerable<ReadOnlyMemory<byte>> paths);

    /// <summary>Draws a run key and seals it to the newest public key for a kind.</summary>
    RunKey NewRunKey(ChunkKind kind);

    /// <summary>Opens a run key.</summary>
    /// <param name="kind">What was encrypted under it.</param>
    /// <param name="epoch">The epoch it was sealed in.</param>
    /// <param name="sealedKey">Its sealed form.</param>
    /// <param name="secret">Receives it.</param>
    /// <returns>False if this process holds no key that opens it, or it is forged.</returns>
    bool TryOpenRunKey(ChunkKind kind, uint epoch, ReadOnlySpan<byte> sealedKey, Span<byte> secret);

    /// <summary>Signs the bytes of an object; 64 bytes.</summary>
    byte[] Sign(FormatKind kind, ReadOnlySpan<byte> bytes);

    /// <summary>Whether an object of this domain counts.</summary>
    ObjectTrust Verify(in ObjectClaim claim);

    /// <summary>Whether somebody may sign objects of a kind in this domain still.</summary>
    bool MaySign(ShortId signer, FormatKind kind);

    /// <inheritdoc cref="Signers.IndexDigest"/>
    ObjectId IndexDigest { get; }

    /// <summary>Whether somebody is an administrator still.</summary>
    bool IsAdministrator(ShortId signer);

    /// <summary>Whether a snapshot whose signature was right once still counts.</summary>
    bool Counts(SnapshotHead head);

    /// <summary>Whether a snapshot counts for what it says it is of, when <paramref name="signer"/> signed it.</summary>
    bool MaySign(ShortId signer, SnapshotHead head);
}
