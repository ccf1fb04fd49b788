using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Repository.Keys;

/// <summary>The keys of one domain in all epochs, and who may sign in it.</summary>
internal sealed class DomainKeys : IDomainKeys, IDisposable
{
    private const int KeyLength = 32;
    private const int GearWords = 256;

    private static readonly Comparer<ReadOnlyMemory<byte>> ByteOrder =
        Comparer<ReadOnlyMemory<byte>>.Create((left, right) => left.Span.SequenceCompareTo(right.Span));

    private readonly DomainObject _domain;
    private readonly DomainSecrets _secrets;
    private readonly Identity _identity;
    private readonly Signers _signers;
    private readonly ChunkHasher _dataHasher;
    private readonly ChunkHasher _treeHasher;
    private readonly ulong[] _gear;

    /// <param name="repositoryId">The repository.</param>
    /// <param name="domain">The stored domain.</param>
    /// <param name="secrets">Its secrets; disposed of with this instance.</param>
    /// <param name="identity">Signs; not owned.</param>
    /// <param name="signers">Whose signatures count.</param>
    /// <exception cref="InvalidEncodingException">The secrets do not belong to the public keys.</exception>
    internal DomainKeys(
        in ObjectId repositoryId, DomainObject domain, DomainSecrets secrets, Identity identity, Signers signers)
    {
        RepositoryId = repositoryId;
        DomainName = domain.Id.ToString();
        _domain = domain;
        _secrets = secrets;
        _identity = identity;
        _signers = signers;
        if (CanRead)
        {
            RequirePair(Newest.TreeSeed, domain.TreeKey);
            RequirePair(Newest.DataSeed, domain.DataKey);
        }

        _dataHasher = CreateHasher(secrets.Secret, ChunkKind.Data);
        _treeHasher = CreateHasher(secrets.Secret, ChunkKind.Tree);
        _gear = DeriveGear(secrets.Secret);
    }

    /// <inheritdoc/>
    public ObjectId RepositoryId { get; }

    /// <inheritdoc/>
    public ShortId Domain => _domain.Id;

    /// <inheritdoc/>
    public string DomainName { get; }

    /// <inheritdoc/>
    public uint Epoch => Newest.Number;

    /// <inheritdoc/>
    public ShortId Signer => _identity.Signer;

    /// <inheritdoc/>
    public bool CanRead => Newest.CanRead;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Gear => _gear;

    /// <summary>Whether administrators' own backups go here.</summary>
    internal bool IsDefault => _domain.IsDefault;

    private EpochKeys Newest => _secrets.Epochs[^1];

    /// <inheritdoc/>
    public ChunkHasher Hasher(ChunkKind kind) => kind switch
    {
        ChunkKind.Data => _dataHasher,
        ChunkKind.Tree => _treeHasher,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of chunk"),
    };

    /// <inheritdoc/>
    public bool Has(uint epoch) => Find(epoch) is not null;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> IndexKey(uint epoch) => Find(epoch) is EpochKeys keys
        ? keys.IndexKey
        : throw new WrongKeyException($"this key was not granted epoch {epoch} of domain {DomainName}");

    /// <inheritdoc/>
    public byte[] HashPaths(IEnumerable<ReadOnlyMemory<byte>> paths)
    {
        ByteWriter message = new();
        foreach (ReadOnlyMemory<byte> path in paths.Order(ByteOrder))
        {
            message.UInt32((uint)path.Length);
            message.Bytes(path.Span);
        }

        Span<byte> key = stackalloc byte[KeyLength];
        KeyDerivation.Derive(_secrets.Secret, "paths", [], key);
        byte[] hash = HMACSHA256.HashData(key, message.Written);
        CryptographicOperations.ZeroMemory(key);
        return hash;
    }

    /// <inheritdoc/>
    public RunKey NewRunKey(ChunkKind kind) => RunKey.Create(
        kind, Epoch, kind == ChunkKind.Tree ? _domain.TreeKey : _domain.DataKey, ContextOf(kind, Epoch));

    /// <inheritdoc/>
    public bool TryOpenRunKey(ChunkKind kind, uint epoch, ReadOnlySpan<byte> sealedKey, Span<byte> secret) =>
        Find(epoch) is { CanRead: true } keys
        && RunKey.TryOpen(
            kind == ChunkKind.Tree ? keys.TreeSeed : keys.DataSeed, ContextOf(kind, epoch), sealedKey, secret);

    /// <inheritdoc/>
    public byte[] Sign(FormatKind kind, ReadOnlySpan<byte> bytes) => _identity.Sign(RepositoryId, kind, bytes);

    /// <inheritdoc/>
    public ObjectTrust Verify(in ObjectClaim claim) =>
        claim.Domain == Domain ? _signers.Verify(RepositoryId, claim) : ObjectTrust.None;

    /// <inheritdoc/>
    public bool MaySign(ShortId signer, FormatKind kind) => _signers.MaySign(Domain, signer, kind);

    /// <inheritdoc/>
    public ObjectId IndexDigest => _signers.IndexDigest(Domain);

    /// <inheritdoc/>
    public bool IsAdministrator(ShortId signer) => _signers.IsAdministrator(signer);

    /// <inheritdoc/>
    public bool Counts(SnapshotHead head) => _signers.Counts(Domain, head);

    /// <inheritdoc/>
    public bool MaySign(ShortId signer, SnapshotHead head) => _signers.MaySign(Domain, signer, head);

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        _secrets.Dispose();
        _dataHasher.Dispose();
        _treeHasher.Dispose();
        Array.Clear(_gear);
    }

    private EpochKeys? Find(uint epoch) => _secrets.Epochs.FirstOrDefault(keys => keys.Number == epoch);

    /// <summary>What a run key is bound to.</summary>
    private byte[] ContextOf(ChunkKind kind, uint epoch)
    {
        byte[] context = new byte[
            LengthPrefix.Size + "run-key"u8.Length + ObjectId.Length + ShortId.Length + sizeof(uint) + 1];
        Span<byte> rest = LengthPrefix.Write(context, "run-key"u8);
        RepositoryId.Span.CopyTo(rest);
        Domain.WriteTo(rest[ObjectId.Length..]);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[(ObjectId.Length + ShortId.Length)..], epoch);
        rest[^1] = (byte)kind;
        return context;
    }

    private static ChunkHasher CreateHasher(ReadOnlySpan<byte> domainSecret, ChunkKind kind)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        KeyDerivation.Derive(domainSecret, "chunk-id", [(byte)kind], key);
        ChunkHasher hasher = new(key);
        CryptographicOperations.ZeroMemory(key);
        return hasher;
    }

    private static ulong[] DeriveGear(ReadOnlySpan<byte> domainSecret)
    {
        Span<byte> bytes = stackalloc byte[GearWords * sizeof(ulong)];
        KeyDerivation.Derive(domainSecret, "gear", [], bytes);
        ulong[] gear = new ulong[GearWords];
        for (int i = 0; i < gear.Length; i++)
        {
            gear[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        }

        CryptographicOperations.ZeroMemory(bytes);
        return gear;
    }

    private static void RequirePair(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey)
    {
        Span<byte> own = stackalloc byte[XWing.PublicKeyLength];
        XWing.PublicKeyFromSeed(seed, own);
        if (!own.SequenceEqual(publicKey))
        {
            throw new InvalidEncodingException("its private keys do not belong to its public keys");
        }
    }
}
