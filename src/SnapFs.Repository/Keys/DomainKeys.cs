using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>The keys of one domain in one epoch, and who may sign in it.</summary>
internal sealed class DomainKeys : IDomainKeys, IDisposable
{
    private const int KeyLength = 32;
    private const int GearWords = 256;

    private readonly byte[] _domainId;
    private readonly SecretBytes _indexKey;
    private readonly ChunkHasher _dataHasher;
    private readonly ChunkHasher _treeHasher;
    private readonly ulong[] _gear;
    private readonly byte[] _treePublicKey;
    private readonly byte[] _dataPublicKey;
    private readonly SecretBytes? _treeSecretKey;
    private readonly SecretBytes? _dataSecretKey;
    private readonly SecretBytes _signerKey;
    private readonly Dictionary<SignerId, AgentCertificate> _certificates;

    /// <param name="repositoryId">The repository.</param>
    /// <param name="domain">The stored domain, its signature checked.</param>
    /// <param name="domainSecret">Chunk ids, chunker and index key derive from it.</param>
    /// <param name="treeSeed">Makes the private tree key; empty without the right to read.</param>
    /// <param name="dataSeed">Makes the private data key; empty without the right to read.</param>
    /// <param name="signerSeed">Makes the key that this process signs with.</param>
    internal DomainKeys(
        in ObjectId repositoryId,
        DomainObject domain,
        ReadOnlySpan<byte> domainSecret,
        ReadOnlySpan<byte> treeSeed,
        ReadOnlySpan<byte> dataSeed,
        ReadOnlySpan<byte> signerSeed)
    {
        RepositoryId = repositoryId;
        Epoch = domain.Epoch;
        _domainId = domain.DomainId;
        _treePublicKey = domain.TreePublicKey;
        _dataPublicKey = domain.DataPublicKey;
        _certificates = [];
        Span<byte> key = stackalloc byte[KeyLength];
        DeriveIndexKey(domainSecret, key);
        _indexKey = new SecretBytes(key);
        _dataHasher = CreateHasher(domainSecret, ChunkKind.Data, key);
        _treeHasher = CreateHasher(domainSecret, ChunkKind.Tree, key);
        CryptographicOperations.ZeroMemory(key);
        _gear = DeriveGear(domainSecret);
        _treeSecretKey = treeSeed.IsEmpty ? null : CreateSecretKey(treeSeed, _treePublicKey);
        _dataSecretKey = dataSeed.IsEmpty ? null : CreateSecretKey(dataSeed, _dataPublicKey);

        Span<byte> signerPublicKey = stackalloc byte[Signing.PublicKeyLength];
        Span<byte> signerKey = stackalloc byte[Signing.SecretKeyLength];
        Signing.KeyPairFromSeed(signerSeed, signerPublicKey, signerKey);
        _signerKey = new SecretBytes(signerKey);
        CryptographicOperations.ZeroMemory(signerKey);
        Signer = SignerId.Of(signerPublicKey);
    }

    /// <inheritdoc/>
    public ObjectId RepositoryId { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> DomainId => _domainId;

    /// <inheritdoc/>
    public uint Epoch { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> IndexKey => _indexKey.Span;

    /// <inheritdoc/>
    public SignerId Signer { get; }

    /// <inheritdoc/>
    public bool CanRead => _treeSecretKey is not null && _dataSecretKey is not null;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Gear => _gear;

    /// <summary>Who may sign in this domain.</summary>
    internal IReadOnlyCollection<AgentCertificate> Certificates => _certificates.Values;

    /// <summary>The index key of a domain secret.</summary>
    internal static void DeriveIndexKey(ReadOnlySpan<byte> domainSecret, Span<byte> key) =>
        KeyDerivation.Derive(domainSecret, "index", [], key);

    /// <summary>Accepts what a signer signs in this domain.</summary>
    internal void Add(AgentCertificate certificate)
    {
        if (certificate.DomainId.Span.SequenceEqual(_domainId))
        {
            _certificates[certificate.Signer] = certificate;
        }
    }

    /// <inheritdoc/>
    public ChunkHasher Hasher(ChunkKind kind) => kind switch
    {
        ChunkKind.Data => _dataHasher,
        ChunkKind.Tree => _treeHasher,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of chunk"),
    };

    /// <inheritdoc/>
    public byte[] SealTo(ChunkKind kind, ReadOnlySpan<byte> secret) => SealedBox.Seal(PublicKey(kind), secret);

    /// <inheritdoc/>
    public bool TryOpenSealed(ChunkKind kind, uint epoch, ReadOnlySpan<byte> box, Span<byte> secret)
    {
        SecretBytes? secretKey = kind == ChunkKind.Tree ? _treeSecretKey : _dataSecretKey;
        return epoch == Epoch
            && secretKey is not null
            && SealedBox.TryOpen(PublicKey(kind), secretKey.Span, box, secret);
    }

    /// <inheritdoc/>
    public byte[] Sign(byte objectKind, ReadOnlySpan<byte> bytes) =>
        ObjectSignature.Sign(_signerKey.Span, RepositoryId, objectKind, bytes);

    /// <inheritdoc/>
    public bool Verify(byte objectKind, SignerId signer, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) =>
        _certificates.TryGetValue(signer, out AgentCertificate? certificate)
        && ObjectSignature.Verify(certificate.PublicKey.Span, RepositoryId, objectKind, bytes, signature);

    /// <inheritdoc/>
    public bool MaySignFor(SignerId signer, string host) =>
        _certificates.TryGetValue(signer, out AgentCertificate? certificate) && certificate.MaySignFor(host);

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        _indexKey.Dispose();
        _dataHasher.Dispose();
        _treeHasher.Dispose();
        _treeSecretKey?.Dispose();
        _dataSecretKey?.Dispose();
        _signerKey.Dispose();
        Array.Clear(_gear);
    }

    private byte[] PublicKey(ChunkKind kind) => kind == ChunkKind.Tree ? _treePublicKey : _dataPublicKey;

    private static ChunkHasher CreateHasher(ReadOnlySpan<byte> domainSecret, ChunkKind kind, Span<byte> key)
    {
        KeyDerivation.Derive(domainSecret, "chunk-id", [(byte)kind], key);
        return new ChunkHasher(key);
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

    /// <summary>The private key of a seed, which must belong to the public key that the root signed.</summary>
    private static SecretBytes CreateSecretKey(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey)
    {
        Span<byte> ownPublicKey = stackalloc byte[SealedBox.PublicKeyLength];
        Span<byte> secretKey = stackalloc byte[SealedBox.SecretKeyLength];
        SealedBox.KeyPairFromSeed(seed, ownPublicKey, secretKey);
        SecretBytes result = new(secretKey);
        CryptographicOperations.ZeroMemory(secretKey);
        if (!ownPublicKey.SequenceEqual(publicKey))
        {
            result.Dispose();
            throw new InvalidEncodingException("its private keys do not belong to its public keys");
        }

        return result;
    }
}
