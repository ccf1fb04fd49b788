using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The secrets of <c>tests/vectors/secrets.txt</c> and all that derives from them.</summary>
internal sealed class VectorKeys : IDisposable
{
    internal VectorKeys()
    {
        Secrets = VectorFile.Read("secrets.txt");
        RepositoryId = ObjectId.Read(Secrets.Bytes("repository-id"));
        Administrator = new AdministratorKeys(
            new AdministratorSecrets(Secrets.Bytes("root-seed"), 1, Secrets.Bytes("epoch-secret")));
        DomainSecrets = new DomainSecrets(
            Secrets.Bytes("domain-secret"), Secrets.Bytes("tree-seed"), Secrets.Bytes("data-seed"));
        DomainObject domain = new(
            Secrets.Bytes("domain-id"), 1, PublicKey(DomainSecrets.TreeSeed), PublicKey(DomainSecrets.DataSeed), []);
        byte[] signerSeed = new byte[Signing.SeedLength];
        Administrator.DeriveSignerSeed(domain.DomainId, signerSeed);
        Domain = new DomainKeys(
            RepositoryId,
            domain,
            DomainSecrets.Secret,
            DomainSecrets.TreeSeed,
            DomainSecrets.DataSeed,
            signerSeed);
        Certificate = new AgentCertificate
        {
            PublicKey = SignerPublicKey(signerSeed),
            DomainId = domain.DomainId,
            AnyHost = true,
            Name = "administrator",
        };
        Domain.Add(Certificate);
    }

    internal VectorFile Secrets { get; }

    internal ObjectId RepositoryId { get; }

    internal AdministratorKeys Administrator { get; }

    internal DomainSecrets DomainSecrets { get; }

    internal DomainKeys Domain { get; }

    internal AgentCertificate Certificate { get; }

    public void Dispose()
    {
        Administrator.Dispose();
        DomainSecrets.Dispose();
        Domain.Dispose();
    }

    private static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        byte[] publicKey = new byte[SealedBox.PublicKeyLength];
        SealedBox.KeyPairFromSeed(seed, publicKey, new byte[SealedBox.SecretKeyLength]);
        return publicKey;
    }

    private static byte[] SignerPublicKey(ReadOnlySpan<byte> seed)
    {
        byte[] publicKey = new byte[Signing.PublicKeyLength];
        Signing.KeyPairFromSeed(seed, publicKey, new byte[Signing.SecretKeyLength]);
        return publicKey;
    }
}
