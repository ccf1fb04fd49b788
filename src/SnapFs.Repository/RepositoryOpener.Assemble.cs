using System.Security.Cryptography;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository;

/// <summary>Builds the key ring from checked objects and opened secrets.</summary>
public static partial class RepositoryOpener
{
    /// <summary>The ring of an administrator; takes the secrets over.</summary>
    private static OpenedRepository Assemble(
        RepositoryConfig config,
        in ObjectId repositoryId,
        KeyStore keys,
        AdministratorSecrets secrets,
        ObjectId? slot,
        List<SnapFsException> warnings)
    {
        AdministratorKeys administrator = new(secrets);
        DomainKeys? domain = null;
        try
        {
            if (!administrator.RootPublicKey.SequenceEqual(config.RootPublicKey.Span))
            {
                string subject = slot is ObjectId id ? KeyNames.Of(id) : "the key file";
                throw new DamagedException(subject, "its root key is not that of the repository");
            }

            RequireEpoch(config, repositoryId, keys, secrets.Epoch);
            domain = OpenDomain(config, repositoryId, keys, administrator);
            AddCertificates(config, repositoryId, keys, domain, warnings);
            if (!domain.MaySignFor(domain.Signer, string.Empty))
            {
                keys.ThrowIfDamaged();
                throw new DamagedException("keys/", "the certificate of the administrator's signing key is missing");
            }

            return new OpenedRepository(config, repositoryId, new KeyRing(domain, administrator, slot), warnings);
        }
        catch
        {
            administrator.Dispose();
            domain?.Dispose();
            throw;
        }
    }

    /// <summary>The ring of an agent: no administrator's keys, and private keys only if its file holds them.</summary>
    private static OpenedRepository AssembleAgent(
        RepositoryConfig config,
        ObjectId repositoryId,
        KeyStore keys,
        AgentSecrets agent,
        List<SnapFsException> warnings)
    {
        RequireEpoch(config, repositoryId, keys, agent.Epoch);
        foreach ((KeyObject key, DomainObject stored) in Domains(config, repositoryId, keys, agent.Epoch))
        {
            if (!agent.DomainId.SequenceEqual(stored.DomainId))
            {
                continue;
            }

            DomainKeys domain = Guard(key.Subject, () => new DomainKeys(
                repositoryId,
                stored,
                agent.DomainSecret,
                agent.TreeSeed,
                agent.DataSeed,
                agent.SignerSeed));
            AddCertificates(config, repositoryId, keys, domain, warnings);
            return new OpenedRepository(config, repositoryId, new KeyRing(domain, null, null), warnings);
        }

        keys.ThrowIfDamaged();
        throw new WrongKeyException("the domain of the key file is not in the repository: enroll the host again");
    }

    /// <summary>The secret must be of the newest epoch: an older one would seal to keys that were given up.</summary>
    private static void RequireEpoch(RepositoryConfig config, ObjectId repositoryId, KeyStore keys, uint epoch)
    {
        uint newest = 0;
        foreach (KeyObject key in keys.Objects.Where(key => key.Kind == FormatKind.Epoch))
        {
            (uint number, _) = Guard(
                key.Subject,
                () => EpochCodec.Decode(key.Content, key.Subject, repositoryId, config.RootPublicKey.Span));
            newest = Math.Max(newest, number);
        }

        if (newest > epoch)
        {
            throw new WrongKeyException(
                $"the key is of epoch {epoch}, the repository is in epoch {newest}: use one made since then");
        }

        if (newest < epoch)
        {
            keys.ThrowIfDamaged();
            throw new DamagedException("keys/", $"epoch {epoch} is missing");
        }
    }

    private static IEnumerable<(KeyObject Key, DomainObject Domain)> Domains(
        RepositoryConfig config, ObjectId repositoryId, KeyStore keys, uint epoch)
    {
        foreach (KeyObject key in keys.Objects.Where(key => key.Kind == FormatKind.Domain))
        {
            DomainObject domain = Guard(
                key.Subject,
                () => DomainCodec.Decode(key.Content, key.Subject, repositoryId, config.RootPublicKey.Span));
            if (domain.Epoch == epoch)
            {
                yield return (key, domain);
            }
        }
    }

    /// <summary>Opens the domain that administrators write in: of several, the one with the smallest id.</summary>
    private static DomainKeys OpenDomain(
        RepositoryConfig config, ObjectId repositoryId, KeyStore keys, AdministratorKeys administrator)
    {
        (KeyObject Key, DomainObject Domain)[] domains =
            [.. Domains(config, repositoryId, keys, administrator.Secrets.Epoch)];
        if (domains.Length == 0)
        {
            keys.ThrowIfDamaged();
            throw new DamagedException("keys/", "no domain is there");
        }

        (KeyObject key, DomainObject stored) = domains.MinBy(
            entry => Convert.ToHexString(entry.Domain.DomainId), StringComparer.Ordinal);
        return Guard(key.Subject, () =>
        {
            using DomainSecrets secrets = DomainCodec.Open(stored, administrator.Secrets, key.Subject);
            Span<byte> signerSeed = stackalloc byte[Signing.SeedLength];
            administrator.DeriveSignerSeed(stored.DomainId, signerSeed);
            DomainKeys domain = new(
                repositoryId, stored, secrets.Secret, secrets.TreeSeed, secrets.DataSeed, signerSeed);
            CryptographicOperations.ZeroMemory(signerSeed);
            return domain;
        });
    }

    /// <summary>Accepts every certificate that the root signed. Damaged ones are reported; what they signed is not
    /// trusted, and is reported where it is read.</summary>
    private static void AddCertificates(
        RepositoryConfig config,
        in ObjectId repositoryId,
        KeyStore keys,
        DomainKeys domain,
        List<SnapFsException> warnings)
    {
        foreach (KeyObject key in keys.Objects.Where(key => key.Kind == FormatKind.AgentCertificate))
        {
            try
            {
                domain.Add(AgentCertificateCodec.Decode(
                    key.Content,
                    key.Subject,
                    repositoryId,
                    config.RootPublicKey.Span,
                    domain.DomainId,
                    domain.IndexKey));
            }
            catch (InvalidEncodingException e)
            {
                warnings.Add(new DamagedException(key.Subject, e.Message, e));
            }
            catch (SnapFsException e) when (e is DamagedException or NewerFormatException)
            {
                warnings.Add(e);
            }
        }
    }

    /// <summary>Names the object whose bytes do not parse.</summary>
    private static T Guard<T>(string subject, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }
}
