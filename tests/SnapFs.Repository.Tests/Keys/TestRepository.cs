using SnapFs.Cryptography;
using SnapFs.Storage;

namespace SnapFs.Repository.Tests.Keys;

/// <summary>Repositories whose passphrase costs as little as is allowed.</summary>
internal static class TestRepository
{
    internal const string Password = "correct horse";

    internal static async Task<OpenedRepository> CreateAsync(IStorage storage, string password = Password)
    {
        using RepositorySecret.Password secret = new(password);
        return await RepositoryInit.CreateAsync(
            storage,
            new InitOptions { Password = secret, Argon2 = Argon2Parameters.Minimum },
            CancellationToken.None);
    }

    internal static async Task<OpenedRepository> OpenAsync(IStorage storage, string password = Password)
    {
        using RepositorySecret.Password secret = new(password);
        return await RepositoryOpener.OpenAsync(storage, secret, CancellationToken.None);
    }
}
