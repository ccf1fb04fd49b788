using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Testing;

namespace SnapFs.Repository.Tests;

/// <summary>A domain whose secrets are all derived from one byte, opened by its only administrator or by somebody else.</summary>
internal sealed class TestDomainKeys : IDomainKeys
{
    private readonly DomainKeys _keys;

    private readonly byte _seed;

    /// <param name="seed">The secrets.</param>
    /// <param name="administrator">The same domain as an administrator opens it; null if that is who opens this one.</param>
    /// <param name="writer">Who opens it in place of the administrator.</param>
    internal TestDomainKeys(byte seed = 1, TestDomainKeys? administrator = null, Identity? writer = null)
    {
        _seed = seed;
        Signers = administrator?.Signers ?? new Signers();
        byte[] secret = [.. Enumerable.Repeat(seed, 32)];
        byte[] derived = new byte[5 * 32];
        KeyDerivation.Derive(secret, "test", default, derived);
        Identity = new Identity(derived.AsSpan(0, 32));
        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Bytes(1, derived.AsSpan(32, 32));
        ByteWriter epochs = new();
        epochs.Varint(1UL);
        epochs.Varint(1UL);
        epochs.Bytes(derived.AsSpan(64, 96));
        fields.Bytes(3, epochs.Written);
        DomainSecrets secrets = DomainSecrets.Read(list.Written, "the test's secrets");
        byte[] treeKey = new byte[XWing.PublicKeyLength];
        byte[] dataKey = new byte[XWing.PublicKeyLength];
        XWing.PublicKeyFromSeed(secrets.Epochs[0].TreeSeed, treeKey);
        XWing.PublicKeyFromSeed(secrets.Epochs[0].DataSeed, dataKey);
        DomainObject domain = new() { Id = ShortId.Read(derived), TreeKey = treeKey, DataKey = dataKey, IsDefault = true };
        Signers.Add(new AdministratorObject(Identity.PublicKey.ToArray(), Identity.RecipientKey.ToArray(), ""));
        _keys = new DomainKeys(ObjectId.Of([seed]), domain, secrets, writer ?? Identity, Signers);
    }

    internal Identity Identity { get; }

    internal Signers Signers { get; }

    public ObjectId RepositoryId => _keys.RepositoryId;

    public ShortId Domain => _keys.Domain;

    public string DomainName => _keys.DomainName;

    public uint Epoch => _keys.Epoch;

    public ShortId Signer => _keys.Signer;

    public bool CanRead { get; init; } = true;

    public ReadOnlySpan<ulong> Gear => _keys.Gear;

    public ChunkHasher Hasher(ChunkKind kind) => _keys.Hasher(kind);

    public bool Has(uint epoch) => _keys.Has(epoch);

    public ReadOnlySpan<byte> IndexKey(uint epoch) => _keys.IndexKey(epoch);

    public byte[] HashPaths(IEnumerable<ReadOnlyMemory<byte>> paths) => _keys.HashPaths(paths);

    public RunKey NewRunKey(ChunkKind kind) => _keys.NewRunKey(kind);

    public bool TryOpenRunKey(ChunkKind kind, uint epoch, ReadOnlySpan<byte> sealedKey, Span<byte> secret) =>
        CanRead && _keys.TryOpenRunKey(kind, epoch, sealedKey, secret);

    public byte[] Sign(FormatKind kind, ReadOnlySpan<byte> bytes) => _keys.Sign(kind, bytes);

    public ObjectTrust Verify(in ObjectClaim claim) => _keys.Verify(claim);

    public bool MaySign(ShortId signer, FormatKind kind) => _keys.MaySign(signer, kind);

    public ObjectId IndexDigest => _keys.IndexDigest;

    public bool IsAdministrator(ShortId signer) => _keys.IsAdministrator(signer);

    public bool Counts(SnapshotHead head) => _keys.Counts(head);

    public bool MaySign(ShortId signer, SnapshotHead head) => _keys.MaySign(signer, head);

    /// <summary>The same domain as an agent opens it that may sign for one host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="kinds">What it may sign; null for all that a backup makes.</param>
    /// <param name="canRead">Whether it has the private keys.</param>
    internal TestDomainKeys ForAgent(string host, FormatKind[]? kinds = null, bool canRead = true)
    {
        Identity agent = Identity.CreateRandom();
        Certificate certificate = Agents.CertificateOf(agent, Domain, new NamePattern(PatternSubject.Host, host));
        Signers.Add(kinds is null ? certificate : certificate with { Kinds = kinds });
        return new TestDomainKeys(_seed, this, agent) { CanRead = canRead };
    }

    /// <summary>A run that writes in this domain.</summary>
    internal WritingRun NewRun(ulong sequence = 1) => new(this, ShortId.Random(), sequence);
}
