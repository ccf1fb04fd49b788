using SnapFs.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>All keys of an open repository. An agent's ring has no <see cref="Administrator"/>.</summary>
public sealed class KeyRing : IDisposable
{
    private readonly DomainKeys _domain;

    internal KeyRing(DomainKeys domain, AdministratorKeys? administrator, ObjectId? slot)
    {
        _domain = domain;
        Administrator = administrator;
        Slot = slot;
    }

    /// <summary>The domain this process writes in and reads from.</summary>
    public IDomainKeys Domain => _domain;

    /// <summary>Who may sign in the domain.</summary>
    public IReadOnlyCollection<AgentCertificate> Certificates => _domain.Certificates;

    /// <summary>What only administrators hold; null for an agent.</summary>
    public AdministratorKeys? Administrator { get; }

    /// <summary>The passphrase slot that was opened; null after a key file.</summary>
    public ObjectId? Slot { get; }

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        _domain.Dispose();
        Administrator?.Dispose();
    }
}
