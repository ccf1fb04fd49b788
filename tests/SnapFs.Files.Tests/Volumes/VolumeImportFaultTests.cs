using SnapFs.Repository.Checks;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Testing;
using SnapFs.Testing.Volumes;

namespace SnapFs.Files.Tests.Volumes;

/// <summary>Nothing is ever half there: the storage fails at every call of an import in turn.</summary>
public sealed class VolumeImportFaultTests
{
    private const uint Later = 1_795_300_000;

    private static readonly SyntheticVolume Volume = new()
    {
        Directories = 3,
        Files = 40,
        LengthOf = file => file * 2000,
        RootFileLength = 400_000,
    };

    [Theory]
    [InlineData(FaultMode.Before, false)]
    [InlineData(FaultMode.After, false)]
    [InlineData(FaultMode.Before, true)]
    [InlineData(FaultMode.After, true)]
    public async Task A_full_whose_storage_fails_at_any_call_leaves_a_sound_repository_and_the_next_completes_it(
        FaultMode mode, bool staysDown)
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        await FailEachCallAsync(repository, null, mode, staysDown);
    }

    [Theory]
    [InlineData(FaultMode.Before, true)]
    [InlineData(FaultMode.After, false)]
    public async Task An_increment_whose_storage_fails_at_any_call_leaves_a_sound_repository_and_the_next_completes_it(
        FaultMode mode, bool staysDown)
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        SnapshotHead full = await repository.ImportAsync(Volume.OpenDump());
        await FailEachCallAsync(repository, full, mode, staysDown);
    }

    private static Stream Open(SnapshotHead? full) =>
        full is null ? Volume.OpenDump() : Volume.OpenIncrement(changed: 7, Later, like: 39);

    private static async Task FailEachCallAsync(
        VolumeRepository repository, SnapshotHead? full, FaultMode mode, bool staysDown)
    {
        int before = full is null ? 0 : 1;
        byte[] dump = Bytes(Open(full));
        int failed = 0;
        for (int call = 0; ; call++)
        {
            await using MemoryStorage disk = await Crashes.SmallRepository.CopyAsync(repository.Storage);
            FaultyStorage faulty = new(disk, call, mode, staysDown);
            SnapshotHead? committed = await TryAsync(repository, faulty, new MemoryStream(dump), full);
            failed += committed is null ? 1 : 0;
            int snapshots = await CheckAsync(repository, disk, dump, before);
            Assert.True(
                committed is null || snapshots == before + 1, $"call {call}: the run was told of a commit that is not there");

            await repository.ImportAsync(disk, new MemoryStream(dump), full);
            Assert.InRange(await CheckAsync(repository, disk, dump, before), before + 1, before + 2);
            if (!faulty.FaultHit)
            {
                Assert.True(call >= 8 && failed >= 7, $"the import made {call} calls, {failed} of its runs failed");
                return;
            }
        }
    }

    private static async Task<SnapshotHead?> TryAsync(
        VolumeRepository repository, IStorage storage, Stream dump, SnapshotHead? full)
    {
        try
        {
            return await repository.ImportAsync(storage, dump, full);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    /// <summary><c>check --read-data</c> finds nothing, and each snapshot gives its dump back.</summary>
    private static async Task<int> CheckAsync(VolumeRepository repository, MemoryStorage disk, byte[] dump, int before)
    {
        CheckReport report = await RepositoryCheck.RunAsync(
            disk, repository.Repository.Opened, new CheckOptions { ReadData = true }, null, CancellationToken.None);
        Assert.True(report.Worst is null, string.Join("; ", report.Errors));
        using RepositoryReader reader =
            await RepositoryReader.OpenAsync(disk, repository.Repository.Keys, null, CancellationToken.None);
        Assert.Empty(reader.Problems);
        foreach (SnapshotHead head in reader.Snapshots.OrderBy(head => head.Started).Skip(before))
        {
            using StoredVolume stored = new(reader, head);
            Assert.Equal(dump, stored.Woven());
        }

        return reader.Snapshots.Count;
    }

    private static byte[] Bytes(Stream stream)
    {
        using (stream)
        {
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
