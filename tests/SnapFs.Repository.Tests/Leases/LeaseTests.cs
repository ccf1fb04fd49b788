using SnapFs.Objects;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Tests.Keys;
using SnapFs.Storage;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Leases;

public sealed class LeaseTests : OpenRepositoryTest
{
    [Fact]
    public async Task A_run_leaves_a_start_heartbeats_and_an_end()
    {
        LeaseKeeper keeper = await LeaseKeeper.StartAsync(
            Storage, Repository.Keys, LeaseKind.Backup, TimeProvider.System, None);
        Assert.Single(await ReadAllAsync());

        await keeper.HeartbeatAsync(None);
        await keeper.DisposeAsync();

        List<Lease> leases = await ReadAllAsync();
        Assert.Equal([0, 1, 2], leases.Select(lease => lease.Number));
        Assert.Equal([false, false, true], leases.Select(lease => lease.HasEnded));
        Assert.Single(leases.Select(lease => lease.Run).Distinct());
        Assert.All(leases, lease => Assert.Equal(LeaseKind.Backup, lease.Kind));
        Assert.False(keeper.WasInterrupted);
    }

    [Fact]
    public async Task A_gap_longer_than_the_term_is_noticed()
    {
        TimeSpan elapsed = TimeSpan.Zero;
        await using LeaseKeeper keeper = await StartAsync(Storage, new SettableClock(), () => elapsed);

        elapsed += LeaseKeeper.Term;
        await keeper.HeartbeatAsync(None);
        Assert.False(keeper.WasInterrupted);

        elapsed += LeaseKeeper.Term + TimeSpan.FromSeconds(1);
        await keeper.HeartbeatAsync(None);
        Assert.True(keeper.WasInterrupted);
    }

    [Theory]
    [InlineData(+3)]
    [InlineData(-3)]
    [InlineData(+24 * 365 * 20)]
    public async Task A_clock_that_is_set_by_hours_is_no_interruption(int hours)
    {
        SettableClock clock = new() { Now = DateTimeOffset.UnixEpoch.AddYears(50) };
        TimeSpan elapsed = TimeSpan.Zero;
        await using LeaseKeeper keeper = await StartAsync(Storage, clock, () => elapsed);

        clock.Now += TimeSpan.FromHours(hours);
        elapsed += LeaseKeeper.Interval;
        await keeper.HeartbeatAsync(None);

        Assert.False(keeper.WasInterrupted);
    }

    [Fact]
    public async Task A_virtual_machine_that_stood_still_is_noticed_by_the_clock_of_the_storage()
    {
        SettableClock server = new();
        await using MemoryStorage storage = new(server);
        await using LeaseKeeper keeper = await StartAsync(storage, new SettableClock(), () => TimeSpan.Zero);

        server.Now += LeaseKeeper.Term;
        await keeper.HeartbeatAsync(None);
        Assert.False(keeper.WasInterrupted);

        server.Now += LeaseKeeper.Term + TimeSpan.FromSeconds(1);
        await keeper.HeartbeatAsync(None);
        Assert.True(keeper.WasInterrupted);
    }

    [Fact]
    public async Task A_heartbeat_that_takes_longer_than_the_term_to_get_through_is_an_interruption()
    {
        TimeSpan elapsed = TimeSpan.Zero;
        HangingStorage slow = new(Storage, hangCall: 2);
        await using LeaseKeeper keeper = await StartAsync(slow, new SettableClock(), () => elapsed);
        Task heartbeat = keeper.HeartbeatAsync(None);
        Assert.False(heartbeat.IsCompleted);

        elapsed += LeaseKeeper.Term + TimeSpan.FromSeconds(1);
        slow.Release();
        await heartbeat;

        Assert.True(keeper.WasInterrupted);
    }

    [Fact]
    public async Task A_heartbeat_that_got_through_without_an_answer_is_no_failure_when_it_is_put_again()
    {
        FaultyStorage faulty = new(Storage, failCall: 2, FaultMode.After);
        await using IStorage storage = new RetryStorage(faulty, new InstantClock());
        LeaseKeeper keeper = await StartAsync(storage, new SettableClock(), () => TimeSpan.Zero);

        await keeper.HeartbeatAsync(None);
        await keeper.DisposeAsync();

        Assert.True(faulty.FaultHit);
        Assert.Equal([0, 1, 2], (await ReadAllAsync()).Select(lease => lease.Number));
    }

    [Fact]
    public async Task The_end_of_a_run_does_not_wait_for_a_storage_that_hangs()
    {
        HangingStorage hanging = new(Storage, hangCall: 2);
        LeaseKeeper keeper = await StartAsync(hanging, new SettableClock(), () => TimeSpan.Zero);

        await keeper.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(0, hanging.Hanging);
    }

    [Fact]
    public async Task Time_since_boot_goes_on()
    {
        TimeSpan before = BootTime.Elapsed();
        await Task.Delay(20);
        TimeSpan after = BootTime.Elapsed();

        Assert.True(after > before && after < before + TimeSpan.FromMinutes(5), $"{before} {after}");
    }

    [Fact]
    public void Any_byte_flipped_in_a_lease_makes_it_one_that_says_nothing()
    {
        byte[] content = LeaseCodec.Encode(Keys, Sample());
        for (int i = 0; i < content.Length; i++)
        {
            content[i] ^= 1;
            Assert.Null(LeaseCodec.Decode(Keys, content, "leases/x"));
            content[i] ^= 1;
        }

        Lease read = LeaseCodec.Decode(Keys, content, "leases/x")!; // nothing is wrong with it any more
        Assert.Equal(Sample().Snapshots, read.Snapshots);
        Assert.Equal(Sample() with { Snapshots = read.Snapshots }, read);
    }

    [Fact]
    public async Task A_copy_of_the_machine_that_goes_on_with_the_same_run_is_noticed()
    {
        await using LeaseKeeper keeper = await StartAsync(Storage, new SettableClock(), () => TimeSpan.Zero);
        byte[] twin = LeaseCodec.Encode(Keys, Sample() with { Run = keeper.Run, Number = 1, HasEnded = false });
        await Storage.PutAsync(
            ObjectName.Lease(Keys.DomainName, keeper.Run.ToString(), 1, ObjectId.Of(twin).Span), twin, None);

        await keeper.HeartbeatAsync(None);
        Assert.True(keeper.HasTwin);
        await keeper.EndAsync(None);

        Assert.DoesNotContain(await ReadAllAsync(), lease => lease.HasEnded);
    }

    [Fact]
    public async Task What_somebody_else_leaves_under_the_name_of_a_run_is_no_copy_of_it()
    {
        await using LeaseKeeper keeper = await StartAsync(Storage, new SettableClock(), () => TimeSpan.Zero);
        byte[] junk = "junk"u8.ToArray();
        await Storage.PutAsync(
            ObjectName.Lease(Keys.DomainName, keeper.Run.ToString(), 7, ObjectId.Of(junk).Span), junk, None);

        await keeper.HeartbeatAsync(None);

        Assert.False(keeper.HasTwin);
    }

    [Fact]
    public async Task A_run_tells_of_the_snapshots_that_it_made_since_the_heartbeat_before()
    {
        LeaseKeeper keeper = await StartAsync(Storage, new SettableClock(), () => TimeSpan.Zero);
        ObjectId first = ObjectId.Of("first"u8);
        ObjectId second = ObjectId.Of("second"u8);
        keeper.AddSnapshot(first);
        await keeper.HeartbeatAsync(None);
        keeper.AddSnapshot(second);
        await keeper.DisposeAsync();

        List<Lease> leases = await ReadAllAsync();
        Assert.Empty(leases[0].Snapshots);
        Assert.Equal([first], leases[1].Snapshots);
        Assert.Equal([second], leases[2].Snapshots);
        Assert.Null(leases[0].FirstReceived);
        Assert.NotNull(leases[1].FirstReceived);
    }

    private Task<LeaseKeeper> StartAsync(IStorage storage, TimeProvider clock, Func<TimeSpan> sinceBoot) =>
        LeaseKeeper.StartAsync(storage, Keys, LeaseKind.Backup, clock, sinceBoot, None);

    private Lease Sample() => new()
    {
        Domain = Keys.Domain,
        Run = ShortId.OfKey("run"u8),
        Number = 12,
        Signer = Keys.Signer,
        Kind = LeaseKind.Check,
        Time = DateTimeOffset.FromUnixTimeSeconds(1_763_692_800),
        HasEnded = true,
        FirstReceived = DateTimeOffset.FromUnixTimeMilliseconds(1_763_692_700_123),
        Snapshots = [ObjectId.Of("snapshot"u8)],
        Marks = ObjectId.Of("marks"u8),
    };

    private async Task<List<Lease>> ReadAllAsync()
    {
        List<Lease> leases = [];
        await foreach (ObjectInfo info in Storage.ListAsync(ObjectKind.Lease, None))
        {
            byte[] content = await Storage.GetAsync(info.Name, LeaseCodec.MaxLength, None);
            if (LeaseCodec.Decode(Keys, content, info.Name.RelativePath) is not Lease lease)
            {
                continue;
            }

            Assert.Equal(
                ObjectName.Lease(Keys.DomainName, lease.Run.ToString(), lease.Number, ObjectId.Of(content).Span), info.Name);
            leases.Add(lease);
        }

        return [.. leases.OrderBy(lease => lease.Number)];
    }

    /// <summary>Tells a set time; its timers never fire.</summary>
    internal sealed class SettableClock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
