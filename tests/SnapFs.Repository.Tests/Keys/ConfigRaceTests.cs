using System.Security.Cryptography;
using SnapFs.Storage;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Keys;

/// <summary>Several <c>snapfs init</c> at once, on a storage that cannot refuse a put because of another name.</summary>
public sealed class ConfigRaceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public Task Of_several_configs_that_are_put_at_once_at_most_one_stays() => Seeds.ForEachAsync(300, async random =>
    {
        await using MemoryStorage storage = new();
        int count = random.Next(2, 5);
        RandomTurns turns = new(random, count);
        (ObjectName Name, bool Made)[] results = await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            byte[] config = [(byte)i, .. random.BytesOf(8)];
            ObjectName name = ObjectName.FromHash(ObjectKind.Config, string.Empty, SHA256.HashData(config));
            try
            {
                await RepositoryInit.PutConfigAsync(new TurnStorage(storage, turns), name, config, new InstantClock(), None);
                return (name, true);
            }
            catch (RepositoryExistsException)
            {
                return (name, false);
            }
            finally
            {
                turns.Leave();
            }
        }));

        List<ObjectName> left = [];
        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Config, None))
        {
            left.Add(info.Name);
        }

        Assert.InRange(results.Count(result => result.Made), 0, 1);
        Assert.Equal(results.Where(result => result.Made).Select(result => result.Name), left);
    });

    [Fact]
    public async Task Who_comes_second_finds_the_first_and_says_so()
    {
        await using MemoryStorage storage = new();
        ObjectName first = Name([1]);
        await RepositoryInit.PutConfigAsync(storage, first, [1], new InstantClock(), None);

        RepositoryExistsException e = await Assert.ThrowsAsync<RepositoryExistsException>(
            () => RepositoryInit.PutConfigAsync(storage, Name([2]), [2], new InstantClock(), None));

        Assert.DoesNotContain('\n', e.Message);
        Assert.Equal(1, await storage.GetLengthAsync(first, None));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => storage.GetLengthAsync(Name([2]), None));
    }

    private static ObjectName Name(byte[] config) =>
        ObjectName.FromHash(ObjectKind.Config, string.Empty, SHA256.HashData(config));

    /// <summary>Lets one of several go on at a time, chosen at random when all the others wait or are done.</summary>
    private sealed class RandomTurns(Random random, int count)
    {
        private readonly Lock _lock = new();
        private readonly List<TaskCompletionSource> _waiting = [];
        private int _running = count;

        internal Task TakeAsync()
        {
            lock (_lock)
            {
                TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add(turn);
                Pause();
                return turn.Task;
            }
        }

        internal void Leave()
        {
            lock (_lock)
            {
                Pause();
            }
        }

        private void Pause()
        {
            if (--_running == 0 && _waiting.Count > 0)
            {
                int chosen = random.Next(_waiting.Count);
                TaskCompletionSource turn = _waiting[chosen];
                _waiting.RemoveAt(chosen);
                _running++;
                turn.SetResult();
            }
        }
    }

    /// <summary>Waits for a turn before each call.</summary>
    private sealed class TurnStorage(MemoryStorage inner, RandomTurns turns) : IStorage
    {
        public string Location => inner.Location;

        public string? LocalRoot => inner.LocalRoot;

        public async Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            await turns.TakeAsync();
            await inner.PutAsync(name, content, cancellationToken);
        }

        public async Task DeleteAsync(ObjectName name, CancellationToken cancellationToken)
        {
            await turns.TakeAsync();
            await inner.DeleteAsync(name, cancellationToken);
        }

        public async IAsyncEnumerable<ObjectInfo> ListAsync(
            ObjectKind kind,
            string domain,
            string prefix,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await turns.TakeAsync();
            await foreach (ObjectInfo info in inner.ListAsync(kind, domain, prefix, cancellationToken))
            {
                yield return info;
            }
        }

        public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task ReadAsync(ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
