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
            Storage, Keys, LeaseKind.Backup, TimeProvider.System, None);
        Assert.Single(await ReadAllAsync());

        await keeper.HeartbeatAsync(None);
        await keeper.DisposeAsync();

        List<Lease> leases = await ReadAllAsync();
        Assert.Equal([0, 1, 2], leases.Select(lease => lease.Sequence));
        Assert.Equal([false, false, true], leases.Select(lease => lease.HasEnded));
        Assert.Single(leases.Select(lease => lease.RunId).Distinct());
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
        HangingStorage slow = new(Storage, hangCall: 1);
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
        FaultyStorage faulty = new(Storage, failCall: 1, FaultMode.After);
        await using IStorage storage = new RetryStorage(faulty, new InstantClock());
        LeaseKeeper keeper = await StartAsync(storage, new SettableClock(), () => TimeSpan.Zero);

        await keeper.HeartbeatAsync(None);
        await keeper.DisposeAsync();

        Assert.True(faulty.FaultHit);
        Assert.Equal([0, 1, 2], (await ReadAllAsync()).Select(lease => lease.Sequence));
    }

    [Fact]
    public async Task The_end_of_a_run_does_not_wait_for_a_storage_that_hangs()
    {
        HangingStorage hanging = new(Storage, hangCall: 1);
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
    public void Any_byte_flipped_in_a_lease_is_detected_and_named()
    {
        byte[] content = LeaseCodec.Encode(Keys, Sample());
        for (int i = 0; i < content.Length; i++)
        {
            content[i] ^= 1;
            SnapFsException e = Assert.ThrowsAny<SnapFsException>(() => LeaseCodec.Decode(Keys, content, "leases/x"));
            Assert.True(e is DamagedException or NewerFormatException, e.ToString());
            Assert.Contains("leases/x", e.Message, StringComparison.Ordinal);
            content[i] ^= 1;
        }

        Assert.Equal(Sample(), LeaseCodec.Decode(Keys, content, "leases/x"));
    }

    private Task<LeaseKeeper> StartAsync(IStorage storage, TimeProvider clock, Func<TimeSpan> sinceBoot) =>
        LeaseKeeper.StartAsync(storage, Keys, LeaseKind.Backup, clock, sinceBoot, None);

    private Lease Sample() => new()
    {
        RunId = ObjectId.Of("run"u8),
        Sequence = 12,
        Signer = Keys.Signer,
        Kind = LeaseKind.Check,
        Time = DateTimeOffset.FromUnixTimeSeconds(1_763_692_800),
        HasEnded = true,
    };

    private async Task<List<Lease>> ReadAllAsync()
    {
        List<Lease> leases = [];
        await foreach (ObjectInfo info in Storage.ListAsync(ObjectKind.Lease, None))
        {
            byte[] content = await Storage.GetAsync(info.Name, LeaseCodec.MaxLength, None);
            Lease lease = LeaseCodec.Decode(Keys, content, info.Name.RelativePath);
            Assert.Equal(ObjectName.Lease(lease.RunId.ToString(), lease.Sequence), info.Name);
            leases.Add(lease);
        }

        return [.. leases.OrderBy(lease => lease.Sequence)];
    }

    /// <summary>Tells a set time; its timers never fire.</summary>
    private sealed class SettableClock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
