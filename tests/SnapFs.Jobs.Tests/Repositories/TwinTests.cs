using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Leases;
using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Jobs.Tests.Repositories;

/// <summary>A machine that is copied while it backs up goes on twice with one run: neither copy may finish it.</summary>
public sealed class TwinTests : IAsyncLifetime
{
    private const byte FormatKind = 14;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly LocalRepository _repository = new();

    public Task InitializeAsync() => _repository.InitialiseAsync();

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_run_whose_lease_has_a_twin_does_not_commit()
    {
        JobException e = await Assert.ThrowsAsync<JobException>(
            () => _repository.CommitAsync((storage, lease, content) => PutAsync(storage, lease, lease.LeaseNumber, Twin(content))));

        Assert.Equal(ErrorKind.Environment, e.Kind);
        Assert.Contains("a copy of this machine", e.Message, StringComparison.Ordinal);
        await using IStorage storage = await _repository.OpenStorageAsync();
        Assert.Empty(await MemoryRepository.ListAsync(storage, ObjectKind.Snapshot));
        Assert.Equal(3, (await MemoryRepository.ListAsync(storage, ObjectKind.Lease)).Count); // no end was put
    }

    [Theory]
    [InlineData("noise")]
    [InlineData("empty")]
    [InlineData("too long")]
    [InlineData("unsigned")]
    [InlineData("of another number")]
    [InlineData("of another run")]
    [InlineData("of another name")]
    public async Task What_anybody_can_leave_under_the_name_of_a_lease_hinders_nobody(string what)
    {
        byte[] ofAnotherRun = await LeaseOfAnotherRunAsync();

        await _repository.CommitAsync((storage, lease, content) => what switch
        {
            "noise" => PutAsync(storage, lease, 0, [1, 2, 3]),
            "empty" => PutAsync(storage, lease, 7, []),
            "too long" => PutAsync(storage, lease, 3, new byte[100_000]),
            "unsigned" => PutAsync(storage, lease, 0, [.. Twin(content)[..^1], (byte)(Twin(content)[^1] ^ 1)]),
            "of another number" => PutAsync(storage, lease, 9, content),
            "of another run" => PutAsync(storage, lease, 0, ofAnotherRun),
            _ => storage.PutAsync(
                ObjectName.Lease(lease.Domain, lease.LeaseRun, lease.LeaseNumber, new byte[ObjectId.Length]), content, None),
        });

        await using IStorage storage = await _repository.OpenStorageAsync();
        Assert.Single(await MemoryRepository.ListAsync(storage, ObjectKind.Snapshot));
    }

    private async Task<byte[]> LeaseOfAnotherRunAsync()
    {
        await using IStorage storage = await _repository.OpenStorageAsync();
        using OpenedRepository opened = await MemoryRepository.OpenWithKeyFileAsync(storage, _repository.KeyFile);
        await using LeaseKeeper lease = await LeaseKeeper.StartAsync(
            storage, opened.Keys, LeaseKind.Backup, TimeProvider.System, None);
        return await storage.GetAsync(
            Assert.Single(await MemoryRepository.ListAsync(storage, ObjectKind.Lease)).Name, int.MaxValue, None);
    }

    /// <summary>The first lease of the same run as the copy of the machine puts it, at another time: that is its last field.</summary>
    private byte[] Twin(byte[] lease)
    {
        byte[] twin = [.. lease];
        int end = lease.Length - Signing.SignatureLength;
        twin[end - 2] ^= 1;
        new HandSigner(_repository.KeyFile).Sign(FormatKind, twin.AsSpan(0, end), twin.AsSpan(end));
        return twin;
    }

    private static Task PutAsync(IStorage storage, ObjectName lease, int number, byte[] content) => storage.PutAsync(
        ObjectName.Lease(lease.Domain, lease.LeaseRun, number, ObjectId.Of(content).Span), content, None);
}
