using SnapFs.Objects;
using SnapFs.Repository.Checks;
using SnapFs.Repository.Reading;
using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Files.Tests.Crashes;

/// <summary>Nothing is ever half there: the storage fails at every call of a backup in turn.</summary>
public sealed class StorageFaultTests
{
    [Theory]
    [InlineData(FaultMode.Before, false)]
    [InlineData(FaultMode.After, false)]
    [InlineData(FaultMode.Before, true)]
    [InlineData(FaultMode.After, true)]
    public async Task A_backup_whose_storage_fails_at_any_call_leaves_a_sound_repository_and_the_next_completes_it(
        FaultMode mode, bool staysDown)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        long all = await ChunksOfACleanRunAsync(repository);
        int failed = 0;
        for (int call = 0; ; call++)
        {
            await using MemoryStorage disk = await SmallRepository.CopyAsync(repository.Storage);
            FaultyStorage faulty = new(disk, call, mode, staysDown);
            ObjectId? committed = await TryBackUpAsync(repository, faulty);
            failed += committed is null ? 1 : 0;

            (int snapshots, _) = await CheckAsync(repository, disk, committed);
            Assert.True(committed is null || snapshots == 1, $"call {call}: the run was told of a commit that is not there");

            (ObjectId next, _) = await repository.BackUpAsync(disk);
            (snapshots, long indexed) = await CheckAsync(repository, disk, next);
            Assert.True(
                indexed >= all && indexed <= all + repository.Ancestors,
                $"call {call}: {indexed} chunks are in the index instead of {all}");
            Assert.InRange(snapshots, 1, 2);
            if (!faulty.FaultHit)
            {
                Assert.True(call >= 8 && failed >= 7, $"the backup made {call} calls, {failed} of its runs failed");
                return;
            }
        }
    }

    private static async Task<long> ChunksOfACleanRunAsync(SmallRepository repository)
    {
        await using MemoryStorage disk = await SmallRepository.CopyAsync(repository.Storage);
        return (await repository.BackUpAsync(disk)).ChunksAdded;
    }

    private static async Task<ObjectId?> TryBackUpAsync(SmallRepository repository, IStorage storage)
    {
        try
        {
            return (await repository.BackUpAsync(storage)).Snapshot;
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Every snapshot is intact and whole, and <c>check --read-data</c> finds nothing.</summary>
    private static async Task<(int Snapshots, long IndexedChunks)> CheckAsync(
        SmallRepository repository, IStorage disk, ObjectId? expected)
    {
        CheckReport report = await RepositoryCheck.RunAsync(
            disk, repository.Opened, new CheckOptions { ReadData = true }, null, CancellationToken.None);
        Assert.True(report.Worst is null, string.Join("; ", report.Errors));
        using RepositoryReader reader =
            await RepositoryReader.OpenAsync(disk, repository.Keys, null, CancellationToken.None);
        Assert.Empty(reader.Problems);
        Assert.Empty(repository.Compare(reader));
        if (expected is ObjectId id)
        {
            Assert.Contains(reader.Snapshots, head => head.Id == id);
        }

        return (reader.Snapshots.Count, reader.ChunkCount);
    }
}
