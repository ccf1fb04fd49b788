using SnapFs.Objects;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Tests.Keys;
using SnapFs.Storage;
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
        SettableClock clock = new();
        await using LeaseKeeper keeper = await LeaseKeeper.StartAsync(Storage, Keys, LeaseKind.Backup, clock, None);

        clock.Now += LeaseKeeper.Term;
        await keeper.HeartbeatAsync(None);
        Assert.False(keeper.WasInterrupted);

        clock.Now += LeaseKeeper.Term + TimeSpan.FromSeconds(1);
        await keeper.HeartbeatAsync(None);
        Assert.True(keeper.WasInterrupted);
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
