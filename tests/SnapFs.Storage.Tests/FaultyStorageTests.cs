using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Tests;

/// <summary>Fault tests rest on this double, so it is tested itself.</summary>
public sealed class FaultyStorageTests
{
    private static readonly ObjectName Pack = SampleNames.Pack(new string('a', 64));
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(FaultMode.Before, false)]
    [InlineData(FaultMode.After, true)]
    public async Task The_chosen_call_fails_and_is_done_or_not(FaultMode mode, bool done)
    {
        await using MemoryStorage disk = new();
        await using FaultyStorage faulty = new(disk, failCall: 1, mode);
        await faulty.PutAsync(ObjectName.PreviewConfig, new byte[1], None);
        Assert.False(faulty.FaultHit);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => faulty.PutAsync(Pack, new byte[2], None));

        Assert.True(faulty.FaultHit);
        Assert.Equal(done, await ExistsAsync(disk));
        Assert.Equal(1, await faulty.GetLengthAsync(ObjectName.PreviewConfig, None));
        Assert.Equal(3, faulty.Calls);
    }

    [Fact]
    public async Task A_storage_that_stays_down_fails_every_later_call()
    {
        await using MemoryStorage disk = new();
        await using FaultyStorage faulty = new(disk, failCall: 0, staysDown: true);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => faulty.PutAsync(Pack, new byte[2], None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => faulty.PutAsync(Pack, new byte[2], None));

        Assert.False(await ExistsAsync(disk));
    }

    [Theory]
    [InlineData(FaultMode.Before, 0)]
    [InlineData(FaultMode.After, 1)]
    public async Task A_listing_fails_before_its_first_object_or_after_its_last(FaultMode mode, int expected)
    {
        await using MemoryStorage disk = new();
        await disk.PutAsync(Pack, new byte[1], None);
        await using FaultyStorage faulty = new(disk, failCall: 0, mode);
        int seen = 0;

        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
        {
            await foreach (ObjectInfo info in faulty.ListAsync(ObjectKind.Pack, None))
            {
                Assert.Equal(Pack, info.Name);
                seen++;
            }
        });

        Assert.Equal(expected, seen);
    }

    private static async Task<bool> ExistsAsync(MemoryStorage disk)
    {
        await foreach (ObjectInfo info in disk.ListAsync(ObjectKind.Pack, None))
        {
            return info.Name == Pack;
        }

        return false;
    }
}
