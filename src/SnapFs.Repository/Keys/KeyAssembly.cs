using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Builds the key ring of whoever opens a repository from what counts in <c>keys/</c>.</summary>
/// <param name="config">The repository.</param>
/// <param name="repositoryId">Its id.</param>
/// <param name="keys">What counts.</param>
internal sealed class KeyAssembly(RepositoryConfig config, ObjectId repositoryId, KeyStore keys)
{
    private readonly List<SnapFsException> _warnings = [.. keys.Problems];
    private readonly Signers _signers = new();

    /// <summary>Opens the repository; takes the identity over.</summary>
    /// <exception cref="WrongKeyException">It was granted nothing in the newest epoch, or was revoked.</exception>
    /// <exception cref="DamagedException">What is needed is damaged.</exception>
    internal OpenedRepository Open(Identity identity, ObjectId? slot)
    {
        List<DomainKeys> domains = [];
        AdministratorSecrets? administrator = null;
        try
        {
            if (keys.Epoch is null)
            {
                keys.ThrowIfDamaged();
                throw NoEpoch();
            }

            ReadSigners();
            (administrator, List<(ShortId Domain, DomainSecrets Secrets)> granted) = OpenGrants(identity);
            domains = administrator is null ? OpenGranted(identity, granted) : OpenAll(identity, administrator);
            if (domains.Count == 0)
            {
                keys.ThrowIfDamaged();
                throw administrator is null
                    ? new WrongKeyException(NotGranted())
                    : new DamagedException("keys/", "there is no domain");
            }

            ReadCertificates(domains);
            KeyRole role = identity.PublicKey.SequenceEqual(config.RootPublicKey.Span) ? KeyRole.Root
                : administrator is null ? KeyRole.Agent : KeyRole.Administrator;
            List<StoreObject> stores = [];
            ForEach(FormatKind.Store, key => stores.Add(StoreObject.Decode(key)));
            KeyRing ring = new(repositoryId, identity, role, domains, _signers, administrator, slot)
            {
                Epochs = [.. keys.Epochs.OrderBy(epoch => epoch == keys.Epoch).ThenBy(epoch => epoch.Number)],
                EpochReceived = keys.EpochReceived,
                Stores = stores,
                Losses = keys.Losses,
            };
            return new OpenedRepository(config, repositoryId, ring, _warnings);
        }
        catch
        {
            identity.Dispose();
            administrator?.Dispose();
            domains.ForEach(domain => domain.Dispose());
            throw;
        }
    }

    /// <summary>The object that all others of <c>keys/</c> count by is gone.</summary>
    internal static DamagedException NoEpoch() =>
        new("keys/", "no epoch of the repository's root is there: copy keys/ back from a replica");

    private string NotGranted() =>
        $"this key was granted nothing in epoch {keys.Epoch!.Number}: an administrator has to let it in again"; // it was found

    private void ReadSigners()
    {
        ForEach(FormatKind.Administrator, key => _signers.Add(AdministratorObject.Decode(key)));
        ForEach(FormatKind.Revocation, key => _signers.Add(Revocation.Decode(key)));
        ForEach(FormatKind.Voucher, key => _signers.Add(Voucher.Decode(key)));
    }

    private (AdministratorSecrets?, List<(ShortId, DomainSecrets)>) OpenGrants(Identity identity)
    {
        AdministratorSecrets? administrator = null;
        List<(ShortId, DomainSecrets)> granted = [];
        ForEach(FormatKind.Grant, key =>
        {
            Grant grant = Grant.Decode(key);
            if (grant.Recipient != identity.Recipient)
            {
                return;
            }

            switch (grant.Role)
            {
                case GrantRole.Administrator:
                    AdministratorSecrets secrets = grant.Open(
                        identity, key.Subject, list => AdministratorSecrets.Read(list.Span, key.Subject));
                    administrator?.Dispose();
                    administrator = secrets.Epoch == keys.Epoch!.Number && secrets.Authority.SequenceEqual(keys.Epoch.Authority)
                        ? secrets
                        : throw new DamagedException(key.Subject, "its secrets are not those of the newest epoch");
                    break;
                case GrantRole.Agent:
                    granted.Add(grant.Open(
                        identity, key.Subject, list => DomainSecrets.ReadForAgent(list.Span, key.Subject)));
                    break;
                default:
                    break; // a later version knows what it is for
            }
        });
        return (administrator, granted);
    }

    private List<DomainKeys> OpenAll(Identity identity, AdministratorSecrets administrator)
    {
        List<DomainKeys> domains = [];
        ForEach(FormatKind.Domain, key =>
        {
            DomainObject domain = DomainObject.Decode(key);
            if (domains.Exists(other => other.Domain == domain.Id))
            {
                return; // the one whose name comes first counts
            }

            domains.Add(new DomainKeys(repositoryId, domain, domain.Open(administrator, key.Subject), identity, _signers));
        });
        return domains;
    }

    private List<DomainKeys> OpenGranted(Identity identity, List<(ShortId Domain, DomainSecrets Secrets)> granted)
    {
        List<DomainKeys> domains = [];
        ForEach(FormatKind.Domain, key =>
        {
            DomainObject domain = DomainObject.Decode(key);
            int found = granted.FindIndex(grant => grant.Domain == domain.Id);
            if (found >= 0)
            {
                domains.Add(new DomainKeys(repositoryId, domain, granted[found].Secrets, identity, _signers));
                granted.RemoveAt(found);
            }
        });
        granted.ForEach(grant => grant.Secrets.Dispose());
        return domains;
    }

    /// <summary>Accepts the certificates of the domains that are open. What the others say cannot be read, and need not be.</summary>
    private void ReadCertificates(List<DomainKeys> domains) => ForEach(FormatKind.Certificate, key =>
    {
        Certificate certificate = Certificate.Decode(key);
        DomainKeys? domain = domains.Find(domain => domain.Domain == certificate.Domain);
        if (domain is not null)
        {
            _signers.Add(certificate.OpenNames(domain.IndexKey(domain.Epoch), key.Subject));
        }
    });

    /// <summary>Reads the objects of a kind. One that is damaged is reported, and hides no other.</summary>
    private void ForEach(FormatKind kind, Action<KeyObject> read)
    {
        foreach (KeyObject key in keys.OfKind(kind))
        {
            try
            {
                read(key);
            }
            catch (InvalidEncodingException e)
            {
                _warnings.Add(new DamagedException(key.Subject, e.Message, e));
            }
            catch (DamagedException e)
            {
                _warnings.Add(e);
            }
        }
    }
}
