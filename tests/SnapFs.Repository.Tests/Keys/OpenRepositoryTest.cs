using SnapFs.Repository.Keys;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Keys;

/// <summary>A test that needs an open repository in memory.</summary>
public abstract class OpenRepositoryTest : IAsyncLifetime, IDisposable
{
    private protected static readonly CancellationToken None = CancellationToken.None;

    private protected MemoryStorage Storage { get; } = new();

    private protected OpenedRepository Repository { get; private set; } = null!; // set before each test

    private protected IDomainKeys Keys => Repository.Keys.Own;

    public async Task InitializeAsync() => Repository = await TestRepository.CreateAsync(Storage);

    public async Task DisposeAsync() => await Storage.DisposeAsync();

    public void Dispose()
    {
        CleanUp();
        Repository.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Removes what a test has made beside the repository.</summary>
    private protected virtual void CleanUp()
    {
    }
}
