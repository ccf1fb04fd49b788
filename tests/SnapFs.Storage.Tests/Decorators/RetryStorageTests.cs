using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class RetryStorageContractTests : StorageContractTests
{
    protected override IStorage CreateEmpty() => new RetryStorage(new MemoryStorage(), TimeProvider.System);
}

public sealed class RetryStorageTests
{
    private static readonly ObjectName Pack = SampleNames.Pack(new string('a', 64));
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly InstantClock _clock = new();

    public static TheoryData<string> Calls => [.. StorageCalls.All.Keys];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_that_fails_for_a_moment_is_repeated_whether_it_got_through_or_not(string call)
    {
        foreach (FaultMode mode in Enum.GetValues<FaultMode>())
        {
            await using MemoryStorage disk = await StorageCalls.FilledAsync();
            await using FaultyStorage faulty = new(disk, failCall: 0, mode);
            await using RetryStorage storage = new(faulty, _clock);

            object? answer = await StorageCalls.All[call](storage, None);

            Assert.True(faulty.FaultHit);
            Assert.Equal(2, faulty.Calls);
            await using MemoryStorage healthy = await StorageCalls.FilledAsync();
            if (mode == FaultMode.Before)
            {
                Assert.Equal(await StorageCalls.All[call](healthy, None), answer);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_storage_that_stays_down_is_an_error_after_a_few_tries_with_growing_waits(string call)
    {
        await using MemoryStorage disk = await StorageCalls.FilledAsync();
        await using FaultyStorage faulty = new(disk, failCall: 0, staysDown: true);
        await using RetryStorage storage = new(faulty, _clock);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => StorageCalls.All[call](storage, None));

        Assert.Equal(RetryStorage.Attempts, faulty.Calls);
        Assert.Equal(RetryStorage.Attempts - 1, _clock.Waits.Count);
        Assert.InRange(_clock.Waits[0], RetryStorage.FirstWait * 0.5, RetryStorage.FirstWait * 1.5);
        Assert.True(_clock.Waits[^1] > _clock.Waits[0] * 3, string.Join(' ', _clock.Waits));
    }

    [Fact]
    public async Task A_listing_that_fails_at_its_end_gives_each_object_once()
    {
        await using MemoryStorage disk = await StorageCalls.FilledAsync();
        await using RetryStorage storage = new(new FaultyStorage(disk, failCall: 0, FaultMode.After), _clock);
        List<ObjectName> listed = [];

        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Pack, None))
        {
            listed.Add(info.Name);
        }

        Assert.Equal(StorageCalls.Pack, Assert.Single(listed));
    }

    [Fact]
    public async Task What_would_fail_again_is_not_repeated()
    {
        await using MemoryStorage disk = new();
        await using FaultyStorage counting = new(disk, failCall: int.MaxValue);
        await using RetryStorage storage = new(counting, _clock);

        await Assert.ThrowsAsync<ObjectNotFoundException>(() => storage.GetAsync(Pack, 1, None));

        Assert.Equal(1, counting.Calls);
        Assert.Empty(_clock.Waits);
    }

    [Fact]
    public async Task A_wait_ends_when_the_call_is_given_up()
    {
        await using MemoryStorage disk = new();
        await using RetryStorage storage = new(new FaultyStorage(disk, failCall: 0, staysDown: true), new StoppedClock());
        using CancellationTokenSource stop = new();
        Task<byte[]> get = storage.GetAsync(Pack, 1, stop.Token);
        Assert.False(get.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
    }
}
