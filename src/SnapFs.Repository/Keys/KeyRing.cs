using SnapFs.Objects;
using SnapFs.Text;

namespace SnapFs.Repository.Keys;

/// <summary>All keys of an open repository. An agent's ring has no <see cref="Administrator"/>.</summary>
public sealed class KeyRing : IDisposable
{
    private readonly DomainKeys[] _domains;

    internal KeyRing(
        in ObjectId repositoryId,
        Identity identity,
        KeyRole role,
        IReadOnlyList<DomainKeys> domains,
        Signers signers,
        AdministratorSecrets? administrator,
        ObjectId? slot)
    {
        RepositoryId = repositoryId;
        Identity = identity;
        Role = role;
        Signers = signers;
        Administrator = administrator;
        Slot = slot;
        _domains = [.. domains.OrderByDescending(domain => domain.IsDefault)
            .ThenBy(domain => domain.DomainName, StringComparer.Ordinal)];
    }

    /// <summary>Who opened the repository.</summary>
    public Identity Identity { get; }

    /// <summary>As what.</summary>
    public KeyRole Role { get; }

    /// <summary>What only administrators hold; null for an agent.</summary>
    public AdministratorSecrets? Administrator { get; }

    /// <summary>The passphrase slot that was opened; null after a key file.</summary>
    public ObjectId? Slot { get; }

    /// <summary>Objects of <c>keys/</c> that are damaged, missing or cannot be read, and without which snapshots may not count.
    /// </summary>
    public IReadOnlyList<SnapFsException> Losses { get; internal init; } = [];

    /// <summary>Every domain whose snapshots can be listed.</summary>
    internal IReadOnlyList<IDomainKeys> Domains => _domains;

    /// <summary>Whether what is stored in the domain that this process writes in can be read with these keys.</summary>
    public bool CanReadOwn => Own.CanRead;

    /// <summary>The domain that this process writes in, as it stands in names of objects.</summary>
    public string OwnDomain => Own.DomainName;

    /// <summary>The domain that this process writes in.</summary>
    internal IDomainKeys Own => _domains[0];

    /// <summary>Who may sign.</summary>
    internal Signers Signers { get; }

    /// <summary>The repository.</summary>
    internal ObjectId RepositoryId { get; }

    /// <summary>Every epoch that the root started, the newest last.</summary>
    internal IReadOnlyList<EpochObject> Epochs { get; init; } = [];

    /// <summary>The number of the newest epoch; 0 if there is none.</summary>
    public uint NewestEpoch => Epochs.Count > 0 ? Epochs[^1].Number : 0;

    /// <summary>When the storage took the newest epoch in.</summary>
    internal DateTimeOffset EpochReceived { get; init; }

    /// <summary>Where this copy of the repository lies; of several, none is known to be that.</summary>
    internal IReadOnlyList<StoreObject> Stores { get; init; } = [];

    /// <summary>Refuses to back up a host for which this key may not sign: nobody would show its snapshots.</summary>
    /// <exception cref="WrongKeyException">It may not.</exception>
    public void RequireMaySignFor(string host)
    {
        if (!Signers.MaySignFor(Own.Domain, Own.Signer, host))
        {
            ThrowIfLost();
            throw new WrongKeyException($"this key may not back up the host '{host}': its certificate is for others");
        }
    }

    /// <summary>Refuses to take in an AFS volume for which this key may not sign.</summary>
    /// <exception cref="WrongKeyException">It may not.</exception>
    public void RequireMaySignFor(string cell, string volume)
    {
        if (!Signers.MaySignFor(Own.Domain, Own.Signer, cell, volume))
        {
            ThrowIfLost();
            throw new WrongKeyException(
                $"this key may not back up the volume '{SafeText.Of(volume)}' of the cell '{SafeText.Of(cell)}': its certificate is for "
                + "others");
        }
    }

    /// <summary>What allows it may be what is lost.</summary>
    private void ThrowIfLost()
    {
        if (Losses.Count > 0)
        {
            throw Losses[0];
        }
    }

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        foreach (DomainKeys domain in _domains)
        {
            domain.Dispose();
        }

        Administrator?.Dispose();
        Identity.Dispose();
    }
}
