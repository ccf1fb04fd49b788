using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class TimeLimitStorageContractTests : StorageContractTests
{
    protected override IStorage CreateEmpty() =>
        new TimeLimitStorage(new MemoryStorage(), TimeSpan.FromMinutes(5), TimeProvider.System);
}

public sealed class TimeLimitStorageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Calls => [.. StorageCalls.All.Keys];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_storage_that_does_not_answer_is_an_error_that_says_where_it_is(string call)
    {
        await using MemoryStorage disk = await StorageCalls.FilledAsync();
        await using HangingStorage hanging = new(disk);
        await using TimeLimitStorage storage = new(hanging, TimeSpan.FromMinutes(5), new InstantClock());
        using CancellationTokenSource user = new(); // of a command that could be stopped and is not

        StorageUnavailableException e =
            await Assert.ThrowsAsync<StorageUnavailableException>(() => StorageCalls.All[call](storage, user.Token));

        Assert.Equal("memory did not answer for 5 minutes: is its disk or server there?", e.Message);
        Assert.False(e.IsTransient);
        Assert.Equal(0, hanging.Hanging);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Who_gives_a_call_up_gets_away_at_once(string call)
    {
        await using MemoryStorage disk = await StorageCalls.FilledAsync();
        await using HangingStorage hanging = new(disk);
        await using TimeLimitStorage storage = new(hanging, TimeSpan.FromMinutes(5), new StoppedClock());
        using CancellationTokenSource user = new();
        Task<object?> running = StorageCalls.All[call](storage, user.Token);
        Assert.False(running.IsCompleted);

        await user.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0, hanging.Hanging);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task What_answers_late_but_in_time_is_the_answer(string call)
    {
        await using MemoryStorage disk = await StorageCalls.FilledAsync();
        await using HangingStorage hanging = new(disk);
        await using TimeLimitStorage storage = new(hanging, TimeSpan.FromMinutes(5), new StoppedClock());
        Task<object?> running = StorageCalls.All[call](storage, None);

        hanging.Release();

        await using MemoryStorage healthy = await StorageCalls.FilledAsync();
        Assert.Equal(await StorageCalls.All[call](healthy, None), await running);
    }
}
