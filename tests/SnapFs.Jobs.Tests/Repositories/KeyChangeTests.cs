using SnapFs.Cryptography;
using SnapFs.Repository;
using SnapFs.Repository.Keys;
using SnapFs.Storage;

namespace SnapFs.Jobs.Tests.Repositories;

/// <summary>Passphrases where what is stored stays stored.</summary>
public sealed class KeyChangeTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_changed_passphrase_does_not_open_any_more_also_where_nothing_can_be_deleted()
    {
        using MemoryRepository repository = await MemoryRepository.CreateAsync("before");
        await using AppendOnlyStorage storage = new(repository.Storage);
        using OpenedRepository opened = await MemoryRepository.OpenAsync(storage, "before");
        KeyManager manager = new(storage, opened);
        Slot slot = Assert.Single(await manager.ListAsync(None));
        using RepositorySecret.Password after = new("after");

        await manager.ChangeAsync(slot.Id, after, Argon2Parameters.Minimum, None);

        Assert.Contains(
            await MemoryRepository.ListAsync(storage, ObjectKind.Key), info => info.Name.Id == slot.Id.ToString());
        Assert.NotEqual(slot.Id, Assert.Single(await manager.ListAsync(None)).Id);
        await Assert.ThrowsAsync<WrongKeyException>(() => MemoryRepository.OpenAsync(storage, "before"));
        using OpenedRepository reopened = await MemoryRepository.OpenAsync(storage, "after");
        Assert.Equal(opened.Keys.Identity.Signer, reopened.Keys.Identity.Signer);
    }

    [Fact]
    public async Task A_removed_passphrase_does_not_open_any_more_also_where_nothing_can_be_deleted()
    {
        using MemoryRepository repository = await MemoryRepository.CreateAsync("first");
        await using AppendOnlyStorage storage = new(repository.Storage);
        KeyManager manager = new(storage, repository.Opened);
        using RepositorySecret.Password second = new("second");
        Slot slot = Assert.Single(await manager.ListAsync(None));
        await manager.AddAsync(second, "second", Argon2Parameters.Minimum, None);

        await manager.RemoveAsync(slot.Id, None);

        Assert.Equal("second", Assert.Single(await manager.ListAsync(None)).Label);
        await Assert.ThrowsAsync<WrongKeyException>(() => MemoryRepository.OpenAsync(storage, "first"));
        using OpenedRepository reopened = await MemoryRepository.OpenAsync(storage, "second");
        Assert.Empty(reopened.Warnings);
    }

    /// <summary>Refuses to delete, as object storage does whose objects are locked.</summary>
    private sealed class AppendOnlyStorage(MemoryStorage inner) : IStorage
    {
        public string Location => inner.Location;

        public string? LocalRoot => inner.LocalRoot;

        public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            inner.PutAsync(name, content, cancellationToken);

        public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            inner.HealAsync(name, content, cancellationToken);

        public Task ReadAsync(ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            inner.ReadAsync(name, offset, destination, cancellationToken);

        public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken) =>
            inner.GetAsync(name, maxLength, cancellationToken);

        public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
            inner.GetLengthAsync(name, cancellationToken);

        public IAsyncEnumerable<ObjectInfo> ListAsync(
            ObjectKind kind, string domain, string prefix, CancellationToken cancellationToken) =>
            inner.ListAsync(kind, domain, prefix, cancellationToken);

        public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) => Task.FromException(
            new StorageUnavailableException($"{name} is locked", null, isTransient: false));

        public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => inner.GetTimeAsync(cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
