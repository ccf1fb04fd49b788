using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Testing;

/// <summary>Lets agents into repositories, as an administrator does.</summary>
public static class Agents
{
    /// <summary>Lets an agent into the repository's first domain, which may sign what a backup makes.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="repository">The same, opened by an administrator.</param>
    /// <param name="mayRead">Whether it gets the private keys.</param>
    /// <param name="volumes">A pattern of cells and one of volumes that it may sign for; null for none.</param>
    /// <returns>The key of the agent.</returns>
    public static Task<KeyFile> EnrollAsync(
        IStorage storage, OpenedRepository repository, bool mayRead, (string Cell, string Volume)? volumes = null)
    {
        NamePattern[] patterns = volumes is { } some
            ? [new NamePattern(PatternSubject.Cell, some.Cell), new NamePattern(PatternSubject.Volume, some.Volume)]
            : [new NamePattern(PatternSubject.Host, "*")];
        return EnrollAsync(storage, repository, mayRead, patterns);
    }

    /// <summary>A certificate for all that a backup makes.</summary>
    internal static Certificate CertificateOf(Identity agent, ShortId domain, params NamePattern[] patterns) => new()
    {
        PublicKey = agent.PublicKey.ToArray(),
        RecipientKey = agent.RecipientKey.ToArray(),
        Domain = domain,
        Kinds = [FormatKind.Pack, FormatKind.Index, FormatKind.Heads, FormatKind.Snapshot, FormatKind.Lease],
        Patterns = patterns,
        Name = "agent",
    };

    private static async Task<KeyFile> EnrollAsync(
        IStorage storage, OpenedRepository repository, bool mayRead, NamePattern[] patterns)
    {
        AdministratorSecrets authority = repository.Keys.Administrator
            ?? throw new ArgumentException("opened by an agent", nameof(repository));
        KeyStore keys = await KeyStore.LoadAsync(
            storage, repository.RepositoryId, repository.Config.RootPublicKey, CancellationToken.None);
        KeyObject key = keys.OfKind(FormatKind.Domain).First();
        DomainObject domain = DomainObject.Decode(key);
        using DomainSecrets secrets = domain.Open(authority, key.Subject);
        using Identity agent = Identity.CreateRandom();
        await PutAsync(storage, CertificateOf(agent, domain.Id, patterns)
            .Encode(secrets.Epochs[^1].IndexKey, repository.RepositoryId, authority));
        ByteWriter granted = new();
        secrets.WriteForAgent(granted, domain.Id, mayRead);
        await PutAsync(storage, Grant.Encode(
            repository.RepositoryId, agent.RecipientKey, GrantRole.Agent, granted.Written, authority));
        return new KeyFile(repository.RepositoryId, KeyRole.Agent, agent.Secret);
    }

    private static Task PutAsync(IStorage storage, byte[] content) =>
        storage.PutAsync(KeyNames.StorageName(ObjectId.Of(content)), content, CancellationToken.None);
}
