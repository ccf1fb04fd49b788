using System.Security.Cryptography;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository;

/// <summary>Makes a repository.</summary>
/// <remarks>
/// The keys are put first and <c>config</c> last, so <c>config</c> is the commit point: without it there is no
/// repository. Keys that an interrupted run left name another repository id, which depends on random bytes of a
/// config that was never put; readers pass over them, and a second run is not hindered. Of two runs at once, one wins.
/// </remarks>
public static class RepositoryInit
{
    /// <summary>Makes a repository in an empty storage and opens it.</summary>
    /// <exception cref="RepositoryExistsException">There is one already, or objects of one.</exception>
    public static async Task<OpenedRepository> CreateAsync(
        IStorage storage, InitOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(options);
        await RequireEmptyAsync(storage, cancellationToken).ConfigureAwait(false);
        using AdministratorSecrets secrets = AdministratorSecrets.CreateRandom();
        using AdministratorKeys administrator = new(secrets.Copy());
        RepositoryConfig config = new()
        {
            Created = options.Clock.GetUtcNow(),
            RootPublicKey = administrator.RootPublicKey.ToArray(),
            Chunks = options.Chunks,
            Groups = options.Groups,
            CompressionLevel = options.CompressionLevel,
            InlineLimit = options.InlineLimit,
            Salt = RandomNumberGenerator.GetBytes(ConfigCodec.SaltLength),
        };
        byte[] encoded = ConfigCodec.Encode(config);
        ConfigCodec.Decode(encoded); // refuses parameters that no reader would accept
        ObjectId repositoryId = ObjectId.Of(encoded);

        byte[] slot = PassphraseSlotCodec.Create(
            repositoryId, options.Password.Bytes, options.Label, options.Argon2, options.Clock.GetUtcNow(), secrets);
        foreach (byte[] key in NewKeys(administrator, repositoryId).Prepend(slot))
        {
            await storage.PutAsync(KeyNames.StorageName(ObjectId.Of(key)), key, cancellationToken)
                .ConfigureAwait(false);
        }

        await PutConfigAsync(storage, encoded, cancellationToken).ConfigureAwait(false);
        return await RepositoryOpener.OpenAsync(
            storage, config, repositoryId, secrets.Copy(), ObjectId.Of(slot), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first epoch, one domain, and the certificate of the identity that administrators sign with.</summary>
    private static List<byte[]> NewKeys(AdministratorKeys administrator, in ObjectId repositoryId)
    {
        AdministratorSecrets secrets = administrator.Secrets;
        ReadOnlySpan<byte> root = administrator.RootSecretKey;
        byte[] epoch = EpochCodec.Encode(secrets.Epoch, secrets.EpochSecret, [], repositoryId, root);

        byte[] domainId = RandomNumberGenerator.GetBytes(DomainObject.IdLength);
        using DomainSecrets domainSecrets = DomainSecrets.CreateRandom();
        byte[] domain = DomainCodec.Encode(domainId, domainSecrets, secrets, repositoryId, root);

        Span<byte> signerSeed = stackalloc byte[Signing.SeedLength];
        Span<byte> signerKey = stackalloc byte[Signing.SecretKeyLength];
        byte[] signerPublicKey = new byte[Signing.PublicKeyLength];
        Span<byte> indexKey = stackalloc byte[Sealing.KeyLength];
        administrator.DeriveSignerSeed(domainId, signerSeed);
        Signing.KeyPairFromSeed(signerSeed, signerPublicKey, signerKey);
        DomainKeys.DeriveIndexKey(domainSecrets.Secret, indexKey);
        AgentCertificate certificate = new()
        {
            PublicKey = signerPublicKey,
            DomainId = domainId,
            AnyHost = true,
            Name = "administrator",
        };
        byte[] signer = AgentCertificateCodec.Encode(certificate, indexKey, repositoryId, root);
        CryptographicOperations.ZeroMemory(signerSeed);
        CryptographicOperations.ZeroMemory(signerKey);
        CryptographicOperations.ZeroMemory(indexKey);
        return [epoch, domain, signer];
    }

    private static async Task RequireEmptyAsync(IStorage storage, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(storage, cancellationToken).ConfigureAwait(false))
        {
            throw new RepositoryExistsException("there is a repository here already; nothing was changed");
        }

        foreach (ObjectKind kind in (ObjectKind[])[ObjectKind.Snapshot, ObjectKind.Index, ObjectKind.Pack])
        {
            await foreach (ObjectInfo info in storage.ListAsync(kind, cancellationToken).ConfigureAwait(false))
            {
                throw new RepositoryExistsException(
                    $"{info.Name} is here but no 'config': this was a repository; restore 'config' from a copy, "
                        + "or choose an empty place");
            }
        }
    }

    private static async Task<bool> ExistsAsync(IStorage storage, CancellationToken cancellationToken)
    {
        try
        {
            await storage.GetLengthAsync(ObjectName.Config, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ObjectNotFoundException)
        {
            return false;
        }
    }

    private static async Task PutConfigAsync(IStorage storage, byte[] config, CancellationToken cancellationToken)
    {
        try
        {
            await storage.PutAsync(ObjectName.Config, config, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectExistsException)
        {
            throw new RepositoryExistsException("another 'snapfs init' made a repository here at the same time");
        }
    }
}
