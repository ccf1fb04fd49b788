using SnapFs.Objects;
using SnapFs.Repository.Deletion;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Storage;
using SnapFs.Text;

namespace SnapFs.Repository.Checks;

/// <summary>Checks <c>keys/</c>, <c>leases/</c> and <c>gc/</c>. What does not count there is named, and no damage: anyone who may
/// put objects can leave it.</summary>
internal static class KeyCheck
{
    internal static async Task RunAsync(
        IStorage storage, OpenedRepository repository, CheckReport report, CancellationToken cancellationToken)
    {
        foreach (ObjectInfo other in await RepositoryConfigs.ListAsync(storage, cancellationToken).ConfigureAwait(false))
        {
            if (other.Name.Id != repository.RepositoryId.ToString())
            {
                report.Note(other.Name.RelativePath, "it is the config of another repository");
            }
        }

        KeyStore keys = await KeyStore.LoadAsync(
            storage, repository.RepositoryId, repository.Config.RootPublicKey, cancellationToken).ConfigureAwait(false);
        foreach (SnapFsException problem in keys.Problems.Concat(repository.Warnings).DistinctBy(problem => problem.Message))
        {
            report.Error((problem as DamagedException)?.Subject ?? "keys/", problem, Advice.Key);
        }

        foreach ((string subject, string reason) in keys.PassedOver)
        {
            report.Note(subject, $"{reason}: it is passed over");
        }

        if (keys.Problems.Count == 0)
        {
            CheckGrants(keys, repository.Keys.Signers, report);
        }

        foreach (IDomainKeys domain in repository.Keys.Domains)
        {
            await CheckLeasesAsync(storage, domain, report, cancellationToken).ConfigureAwait(false);
        }

        await CheckMarksAsync(storage, repository, report, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An administrator without a grant opens nothing, by no passphrase, key file or paper. Not to be said while something
    /// cannot be read, which may be the grant.</summary>
    private static void CheckGrants(KeyStore keys, Signers signers, CheckReport report)
    {
        HashSet<ShortId> granted = [];
        foreach (KeyObject key in keys.OfKind(FormatKind.Grant))
        {
            if (key.TryDecode(Grant.Decode) is { Role: GrantRole.Administrator } grant)
            {
                granted.Add(grant.Recipient);
            }
        }

        foreach (KeyObject key in keys.OfKind(FormatKind.Administrator))
        {
            if (key.TryDecode(AdministratorObject.Decode) is { } administrator
                && signers.IsAdministrator(administrator.Signer)
                && !granted.Contains(ShortId.OfKey(administrator.RecipientKey)))
            {
                report.Error(
                    key.Subject,
                    new DamagedException(
                        key.Subject,
                        $"the grant of the administrator '{SafeText.Of(administrator.Name)}' is missing: its passphrases, key files and "
                        + "key on paper open nothing"),
                    Advice.Grant);
            }
        }
    }

    private static async Task CheckMarksAsync(
        IStorage storage, OpenedRepository repository, CheckReport report, CancellationToken cancellationToken)
    {
        try
        {
            MarkSet marks = await MarkSet.LoadAsync(storage, repository.Keys, cancellationToken).ConfigureAwait(false);
            foreach ((string subject, string reason) in marks.PassedOver)
            {
                report.Note(subject, $"{reason}: it is passed over");
            }

            if (marks.Newer is NewerFormatException newer)
            {
                report.Error("gc/", newer, "update snapfs");
            }
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            report.Error((e as DamagedException)?.Subject ?? "gc/", e, Advice.Key);
        }
    }

    private static async Task CheckLeasesAsync(
        IStorage storage, IDomainKeys keys, CheckReport report, CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Lease, keys.DomainName, cancellationToken).ConfigureAwait(false))
        {
            string subject = info.Name.RelativePath;
            try
            {
                byte[] content = await storage.GetAsync(info.Name, LeaseCodec.MaxLength, cancellationToken)
                    .ConfigureAwait(false);
                if (ObjectId.Of(content) != info.Name.Hash)
                {
                    report.Error(subject, "its name does not end with the SHA-256 of its bytes", Advice.Lease);
                }
                else if (LeaseCodec.Decode(keys, content, subject) is not Lease lease
                    || lease.Run.ToString() != info.Name.LeaseRun
                    || lease.Number != info.Name.LeaseNumber)
                {
                    report.Note(subject, "nobody signed it who may: it is passed over");
                }
            }
            catch (ObjectNotFoundException)
            {
                // Removed since it was listed.
            }
            catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
            {
                report.Error(subject, e, Advice.Lease);
            }
        }
    }
}
