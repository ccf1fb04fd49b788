using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Checks;

/// <summary>Checks <c>keys/</c>, <c>leases/</c> and <c>gc/</c>.</summary>
internal static class KeyCheck
{
    internal static async Task RunAsync(
        IStorage storage, OpenedRepository repository, CheckReport report, CancellationToken cancellationToken)
    {
        KeyStore keys = await KeyStore.LoadAsync(storage, repository.RepositoryId, cancellationToken)
            .ConfigureAwait(false);
        foreach (SnapFsException problem in keys.Problems)
        {
            report.Error((problem as DamagedException)?.Subject ?? "keys/", problem, Advice.Key);
        }

        foreach (string foreign in keys.Foreign)
        {
            report.Note(foreign, "it belongs to another repository, as an interrupted 'snapfs init' leaves it");
        }

        foreach (KeyObject key in keys.Objects)
        {
            try
            {
                Decode(repository, key);
            }
            catch (SnapFsException e)
            {
                report.Error(key.Subject, e, Advice.Key);
            }
        }

        await CheckLeasesAsync(storage, repository, report, cancellationToken).ConfigureAwait(false);
        await foreach (ObjectInfo mark in storage.ListAsync(ObjectKind.Mark, cancellationToken).ConfigureAwait(false))
        {
            report.Error(mark.Name.RelativePath, "this version does not know deletion marks", "update snapfs");
        }
    }

    private static void Decode(OpenedRepository repository, KeyObject key)
    {
        ReadOnlySpan<byte> root = repository.Config.RootPublicKey.Span;
        IDomainKeys domain = repository.Keys.Domain;
        switch (key.Kind)
        {
            case FormatKind.PassphraseSlot:
                PassphraseSlotCodec.Decode(key.Content, key.Id, out _);
                break;
            case FormatKind.Epoch:
                EpochCodec.Decode(key.Content, key.Subject, repository.RepositoryId, root);
                break;
            case FormatKind.Domain:
                DomainCodec.Decode(key.Content, key.Subject, repository.RepositoryId, root);
                break;
            case FormatKind.AgentCertificate:
                AgentCertificateCodec.Decode(
                    key.Content, key.Subject, repository.RepositoryId, root, domain.DomainId, domain.IndexKey);
                break;
            default:
                break; // a recipient slot: nothing in it can be checked without its key
        }
    }

    private static async Task CheckLeasesAsync(
        IStorage storage, OpenedRepository repository, CheckReport report, CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Lease, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                byte[] content = await storage.GetAsync(info.Name, LeaseCodec.MaxLength, cancellationToken)
                    .ConfigureAwait(false);
                Lease lease = LeaseCodec.Decode(repository.Keys.Domain, content, info.Name.RelativePath);
                if (ObjectName.Lease(lease.RunId.ToString(), lease.Sequence) != info.Name)
                {
                    report.Error(info.Name.RelativePath, "it is the lease of another name", Advice.Lease);
                }
            }
            catch (ObjectNotFoundException)
            {
                // Removed since it was listed.
            }
            catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
            {
                report.Error(info.Name.RelativePath, e, Advice.Lease);
            }
        }
    }
}
