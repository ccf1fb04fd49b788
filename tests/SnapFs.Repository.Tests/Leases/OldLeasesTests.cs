using SnapFs.Repository.Leases;
using SnapFs.Repository.Tests.Keys;
using SnapFs.Storage;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Leases;

public sealed class OldLeasesTests : OpenRepositoryTest
{
    [Fact]
    public async Task Leases_of_runs_that_ended_or_died_a_week_ago_are_removed_and_others_stay()
    {
        LeaseTests.SettableClock server = new();
        await using MemoryStorage storage = new(server);
        await using (LeaseKeeper ended = await StartAsync(storage))
        {
            await ended.EndAsync(None);
        }

        await using LeaseKeeper died = await StartAsync(storage);
        server.Now += TimeSpan.FromDays(1);
        await using LeaseKeeper runs = await StartAsync(storage);
        Assert.Equal(0, await RemoveAsync(storage));

        server.Now += OldLeases.Kept - TimeSpan.FromDays(1) + LeaseKeeper.Term;
        await runs.HeartbeatAsync(None);
        Assert.Equal(0, await RemoveAsync(storage));

        server.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(3, await RemoveAsync(storage));
        await foreach (ObjectInfo left in storage.ListAsync(ObjectKind.Lease, None))
        {
            Assert.Equal(runs.Run.ToString(), left.Name.LeaseRun);
        }
    }

    [Fact]
    public async Task Whatever_fails_the_run_that_removes_them_is_not_failed()
    {
        bool wasHit = true;
        for (int call = 0; wasHit; call++)
        {
            LeaseTests.SettableClock server = new();
            await using MemoryStorage storage = new(server);
            await (await StartAsync(storage)).DisposeAsync();
            server.Now += OldLeases.Kept + LeaseKeeper.Term + LeaseKeeper.Term;
            await using FaultyStorage faulty = new(storage, call, isTransient: false);

            int removed = await RemoveAsync(faulty);

            wasHit = faulty.FaultHit;
            Assert.Equal(wasHit ? Math.Max(0, call - 2) : 2, removed);
        }
    }

    private Task<LeaseKeeper> StartAsync(IStorage storage) => LeaseKeeper.StartAsync(
        storage, Repository.Keys.Own, LeaseKind.Backup, new LeaseTests.SettableClock(), () => TimeSpan.Zero, None);

    private Task<int> RemoveAsync(IStorage storage) =>
        OldLeases.RemoveAsync(storage, Repository.Keys.Own.DomainName, None);
}
