using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Tests.Keys;

/// <summary>Looks behind an open repository's keys.</summary>
internal static class TestKeys
{
    /// <summary>The secrets of the repository's only domain, to be disposed of.</summary>
    internal static async Task<DomainSecrets> DomainSecretsOfAsync(IStorage storage, OpenedRepository repository)
    {
        KeyStore keys = await KeyStore.LoadAsync(storage, repository.RepositoryId, CancellationToken.None);
        KeyObject key = keys.Objects.Single(key => key.Kind == FormatKind.Domain);
        DomainObject domain = DomainCodec.Decode(
            key.Content, key.Subject, repository.RepositoryId, repository.Config.RootPublicKey.Span);
        AdministratorKeys administrator = repository.Keys.Administrator
            ?? throw new InvalidOperationException("opened by an agent");
        return DomainCodec.Open(domain, administrator.Secrets, key.Subject);
    }
}
