using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Keys;

public sealed class InterruptedInitTests
{
    [Fact]
    public async Task Init_that_fails_at_any_put_does_not_hinder_the_next()
    {
        for (int failAt = 0; ; failAt++)
        {
            await using FailingStorage storage = new(failAt);
            try
            {
                using OpenedRepository made = await TestRepository.CreateAsync(storage);
                Assert.Equal(8, failAt); // seven keys and a config were put
                return;
            }
            catch (StorageUnavailableException)
            {
                await Assert.ThrowsAsync<NoRepositoryException>(() => TestRepository.OpenAsync(storage));
            }

            using OpenedRepository second = await TestRepository.CreateAsync(storage);
            using OpenedRepository opened = await TestRepository.OpenAsync(storage);
            Assert.Equal(second.RepositoryId, opened.RepositoryId);
        }
    }

    [Fact]
    public async Task A_config_that_was_stored_without_an_answer_counts()
    {
        await using FailingStorage storage = new(failAt: -1) { RepeatsConfig = true };
        using OpenedRepository made = await TestRepository.CreateAsync(storage);
        using OpenedRepository opened = await TestRepository.OpenAsync(storage);
        Assert.Equal(made.RepositoryId, opened.RepositoryId);
    }

    /// <summary>Fails one put.</summary>
    private sealed class FailingStorage(int failAt) : IStorage
    {
        private readonly MemoryStorage _inner = new();
        private int _puts;

        internal bool RepeatsConfig { get; init; }

        public string Location => _inner.Location;

        public string? LocalRoot => _inner.LocalRoot;

        public async Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            if (_puts++ == failAt)
            {
                throw new StorageUnavailableException("the storage is gone");
            }

            await _inner.PutAsync(name, content, cancellationToken);
            if (RepeatsConfig && name.Kind == ObjectKind.Config)
            {
                await _inner.PutAsync(name, content, cancellationToken); // as a retry after a lost answer does
            }
        }

        public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            _inner.HealAsync(name, content, cancellationToken);

        public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
            _inner.GetTimeAsync(cancellationToken);

        public Task ReadAsync(ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            _inner.ReadAsync(name, offset, destination, cancellationToken);

        public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken) =>
            _inner.GetAsync(name, maxLength, cancellationToken);

        public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
            _inner.GetLengthAsync(name, cancellationToken);

        public IAsyncEnumerable<ObjectInfo> ListAsync(
            ObjectKind kind, string domain, string prefix, CancellationToken cancellationToken) =>
            _inner.ListAsync(kind, domain, prefix, cancellationToken);

        public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) =>
            _inner.DeleteAsync(name, cancellationToken);

        public ValueTask DisposeAsync() => _inner.DisposeAsync();
    }
}
