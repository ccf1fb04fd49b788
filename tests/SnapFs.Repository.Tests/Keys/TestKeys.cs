using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Storage;

namespace SnapFs.Repository.Tests.Keys;

/// <summary>Looks behind an open repository's keys.</summary>
internal static class TestKeys
{
    /// <summary>Puts an object into <c>keys/</c>.</summary>
    internal static Task PutAsync(IStorage storage, byte[] content) =>
        storage.PutAsync(KeyNames.StorageName(ObjectId.Of(content)), content, CancellationToken.None);

    internal static AdministratorSecrets Authority(OpenedRepository repository) =>
        repository.Keys.Administrator ?? throw new InvalidOperationException("opened by an agent");
}
