using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Tests;

/// <summary>A domain whose keys are all derived from one byte.</summary>
internal sealed class TestDomainKeys : IDomainKeys
{
    private readonly byte[] _domainId = new byte[16];
    private readonly byte[] _indexKey = new byte[32];
    private readonly byte[] _publicKey = new byte[SealedBox.PublicKeyLength];
    private readonly byte[] _privateKey = new byte[SealedBox.SecretKeyLength];
    private readonly byte[] _signerPublic = new byte[Signing.PublicKeyLength];
    private readonly byte[] _signerSecret = new byte[Signing.SecretKeyLength];
    private readonly ulong[] _gear = new ulong[256];
    private readonly ChunkHasher _data;
    private readonly ChunkHasher _trees;

    internal TestDomainKeys(byte seed = 1)
    {
        byte[] secret = [.. Enumerable.Repeat(seed, 32)];
        KeyDerivation.Derive(secret, "domain", default, _domainId);
        KeyDerivation.Derive(secret, "index", default, _indexKey);
        KeyDerivation.Derive(secret, "gear", default, MemoryMarshal.AsBytes(_gear.AsSpan()));
        SealedBox.KeyPairFromSeed(secret, _publicKey, _privateKey);
        Signing.KeyPairFromSeed(secret, _signerPublic, _signerSecret);
        byte[] key = new byte[32];
        KeyDerivation.Derive(secret, "chunk-id", [1], key);
        _data = new ChunkHasher(key);
        KeyDerivation.Derive(secret, "chunk-id", [2], key);
        _trees = new ChunkHasher(key);
        RepositoryId = ObjectId.Of([seed]);
    }

    public ObjectId RepositoryId { get; }

    public ReadOnlySpan<byte> DomainId => _domainId;

    public uint Epoch => 1;

    public ReadOnlySpan<byte> IndexKey => _indexKey;

    public SignerId Signer => SignerId.Of(_signerPublic);

    public bool CanRead { get; init; } = true;

    public ReadOnlySpan<ulong> Gear => _gear;

    public ChunkHasher Hasher(ChunkKind kind) => kind == ChunkKind.Tree ? _trees : _data;

    public byte[] SealTo(ChunkKind kind, ReadOnlySpan<byte> secret) => SealedBox.Seal(_publicKey, secret);

    public bool TryOpenSealed(ChunkKind kind, uint epoch, ReadOnlySpan<byte> box, Span<byte> secret) =>
        SealedBox.TryOpen(_publicKey, _privateKey, box, secret);

    public byte[] Sign(byte objectKind, ReadOnlySpan<byte> bytes)
    {
        byte[] signature = new byte[Signing.SignatureLength];
        Signing.Sign(_signerSecret, [objectKind, .. bytes], signature);
        return signature;
    }

    public bool MaySignFor(SignerId signer, string host) => signer == Signer;

    public bool Verify(byte objectKind, SignerId signer, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) =>
        signer == Signer && Signing.Verify(_signerPublic, [objectKind, .. bytes], signature);
}
