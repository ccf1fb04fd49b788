using System.Security.Cryptography;
using SnapFs.Storage;

namespace SnapFs.Jobs.Tests.Repositories;

/// <summary>A run puts the index in order once its snapshot is there.</summary>
public sealed class CatalogueTests : IAsyncLifetime
{
    private const int Fan = 16;

    private readonly LocalRepository _repository = new();

    public Task InitializeAsync() => _repository.InitialiseAsync();

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_catalogue_comes_when_there_is_enough_to_merge_and_a_run_that_is_stopped_leaves_it_to_the_next()
    {
        for (int run = 0; run < Fan; run++)
        {
            await CommitAsync();
        }

        Assert.Equal(Fan + 1, await CountAsync(ObjectKind.Index)); // a segment of trees: all have the same
        await CommitAsync(isStopped: true);
        Assert.Equal(Fan + 2, await CountAsync(ObjectKind.Index));
        await CommitAsync();
        Assert.Equal(Fan + 4, await CountAsync(ObjectKind.Index)); // its own segment, and a catalogue
        await CommitAsync();
        Assert.Equal(Fan + 5, await CountAsync(ObjectKind.Index));
        Assert.Equal(Fan + 3, await CountAsync(ObjectKind.Snapshot));
    }

    private Task CommitAsync(bool isStopped = false) =>
        _repository.CommitAsync(content: RandomNumberGenerator.GetBytes(100), isStopped: isStopped);

    private async Task<int> CountAsync(ObjectKind kind)
    {
        await using IStorage storage = await _repository.OpenStorageAsync();
        return (await MemoryRepository.ListAsync(storage, kind)).Count;
    }
}
