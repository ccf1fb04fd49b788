using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Tests.Keys;

/// <summary>Looks behind an open repository's keys, and lets agents in.</summary>
internal static class TestKeys
{
    /// <summary>Puts an object into <c>keys/</c>.</summary>
    internal static Task PutAsync(IStorage storage, byte[] content) =>
        storage.PutAsync(KeyNames.StorageName(ObjectId.Of(content)), content, CancellationToken.None);

    /// <summary>Lets an agent into the repository's first domain, which may sign what a backup makes for any host.</summary>
    /// <returns>The key of the agent.</returns>
    internal static async Task<KeyFile> EnrollAsync(
        IStorage storage, OpenedRepository repository, bool mayRead, params NamePattern[] patterns)
    {
        AdministratorSecrets authority = Authority(repository);
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

    /// <summary>A certificate for all that a backup makes.</summary>
    internal static Certificate CertificateOf(Identity agent, ShortId domain, params NamePattern[] patterns) => new()
    {
        PublicKey = agent.PublicKey.ToArray(),
        RecipientKey = agent.RecipientKey.ToArray(),
        Domain = domain,
        Kinds = [FormatKind.Pack, FormatKind.Index, FormatKind.Heads, FormatKind.Snapshot, FormatKind.Lease],
        Patterns = patterns.Length > 0 ? patterns : [new NamePattern(PatternSubject.Host, "*")],
        Name = "agent",
    };

    internal static AdministratorSecrets Authority(OpenedRepository repository) =>
        repository.Keys.Administrator ?? throw new InvalidOperationException("opened by an agent");
}
